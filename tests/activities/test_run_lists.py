"""Strava's list in its languages and as spreadsheet programs save it again."""

import warnings
from datetime import datetime
from math import isnan

import pytest
from pytest import approx
from run_files import gpx

from lumbayes import RunFileError, read_runs
from lumbayes.activities import strava
from lumbayes.activities.dates import date_reader
from lumbayes.activities.names import month_named

ENGLISH = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,"
    "Distance,Max Speed,Average Speed,Elevation Gain"
)


HILL = range(0, 1200, 5), [50 + t / 12 for t in range(0, 1200, 5)]
LATER = "2023-09-12 15:14:59"  # just under half of 1800 s after three


def row(date="Sep 12, 2023, 3:02:23 PM", sport="Run", elapsed=1800, moving=1700, metres=5000):
    shown = f'"{date}",Morning,{sport},,{elapsed},{metres / 1000:.2f}'
    return f"1,{shown},150,activities/1.fit.gz,70,,{elapsed},{moving},{metres},4.5,2.9,60"


def table(*rows, header=ENGLISH):
    return "\n".join([header, *rows, ""]).encode()


def the_run(written):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runs = read_runs(written, "activities.csv")
    assert len(runs) == 1
    return runs.iloc[0]


def reason(written):
    with warnings.catch_warnings(action="ignore"):
        runs = read_runs(written, "activities.csv")
    assert runs.empty
    (said,) = runs.attrs["left_out"]
    return said


DATES = """Sep 12, 2023, 3:02:23 PM | 12 Sept 2023, 15:02:23 | 12 Sep 2023, 3:02:23 pm
Sep 12, 2023, 3:02:23 p.m. | 12.09.2023, 15:02:23 | 12 sept. 2023, 15:02:23
12 sept 2023, 15:02:23 | 12 set 2023, 15:02:23 | 12 de set. de 2023, 15:02:23
12 sep. 2023 15:02:23 | 12. sep. 2023 15.02.23 | 2023/09/12 15:02:23 | 2023年9月12日 15:02:23
2023. 9. 12. 오후 3:02:23 | 12 сент. 2023 г., 15:02:23 | 2023-09-12 15:02:23
2023-09-12T15:02:23Z | 12 wrz 2023, 15:02:23 | 12 Eyl 2023 15:02:23 | 12.9.2023 15:02:23
2023年9月12日 下午3:02:23 | September 12, 2023 at 3:02:23 PM"""


@pytest.mark.parametrize(
    ("word", "month"), [("marraskuuta", 11), ("mar", 3), ("märz", 3), ("juin", 6), ("juill.", 7)]
)
def test_of_two_months_with_one_beginning_the_longer_one_is_meant(word, month):
    assert month_named(word) == month


@pytest.mark.parametrize("date", DATES.replace("\n", " | ").split(" | "))
def test_dates_are_read_in_many_languages(date):
    assert the_run(table(row(date))).date == datetime(2023, 9, 12, 15, 2, 23)


@pytest.mark.parametrize(
    "date", ["12.09.23", "12.9.2023", "2023.09.12", "2023-09-12", "12 Sep 2023"]
)
def test_a_date_alone_is_no_time_of_day(date):
    assert date_reader([]).read(date) == (datetime(2023, 9, 12), False)


@pytest.mark.parametrize(
    "date",
    ["12 Foo 2023, 15:02:23", "2023", "", "45181.626", "31.02.2023", "31 12 23", "32.12.2023"],
)
def test_what_is_no_date_gives_a_sentence(date):
    assert reason(table(row(date))).endswith(f"its date {date!r} cannot be read.")


FRENCH = (
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Description,"
    "Temps écoulé,Distance,Temps écoulé,Durée de déplacement,Distance,Dénivelé positif"
)
SPANISH = (
    "ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,"
    "Descripción,Tiempo transcurrido,Distancia,Tiempo transcurrido,Tiempo en movimiento,"
    "Distancia,Desnivel positivo"
)
DUTCH = (
    "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Beschrijving,"
    "Verstreken tijd,Afstand,Verstreken tijd,Beweegtijd,Afstand,Totale stijging"
)
LANGUAGES = {
    "French": (FRENCH, "12 sept. 2023, 15:02:23", "Course à pied"),
    "Spanish": (SPANISH, "12 sept 2023, 15:02:23", "Carrera"),
    "Dutch": (DUTCH, "12 sep. 2023 15:02:23", "Hardloopsessie"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_read_in_its_language(language):
    header, date, sport = LANGUAGES[language]
    cells = f'1,"{date}",x,{sport},,1800,"5,00",1800.0,1700.0,5000.0,60'
    run = the_run(table(cells, header=header))
    assert run.km == 5 and run.climb_m_per_km == 12 and run.date == datetime(2023, 9, 12, 15, 2, 23)


def test_a_list_in_a_language_without_a_table_is_read_by_stravas_order():
    unknown = ",".join(f"kolona {number}" for number in range(ENGLISH.count(",") + 1))
    run = the_run(table(row("2023-09-12 15:02:23", "Trčanje"), header=unknown))
    assert run.km == 5 and run.climb_m_per_km == 12


def unknown_columns(*rows):
    """A list of these cells under names of no language."""
    header = [f"kolona {number}" for number in range(len(rows[0]))]
    return "\n".join(map(",".join, [header, *rows])).encode()


BY_ORDER = ["1", "2023-09-12 15:02:23", "x", "Trčanje", "", "1800", "5.00"]
NO_DATE = ["1", "some day", *BY_ORDER[2:]]


def test_the_first_seven_columns_of_stravas_order_are_enough():
    assert the_run(unknown_columns(BY_ORDER)).km == 5
    to_file_name = [*BY_ORDER, "150", "activities/1.fit.gz", "70", "", "1800"]
    assert the_run(unknown_columns(to_file_name)).km == 5, "the columns after are cut off"


def test_half_of_the_rows_with_a_date_are_a_list_by_stravas_order():
    with pytest.warns(UserWarning, match="'some day' cannot be read"):
        assert len(read_runs(unknown_columns(BY_ORDER, NO_DATE))) == 1


NO_LISTS = {
    "six columns": unknown_columns(BY_ORDER[:6]),
    "no row": unknown_columns(BY_ORDER).split(b"\n")[0],
    "fewer dates than rows without": unknown_columns(BY_ORDER, NO_DATE, NO_DATE),
    "no sport": unknown_columns([*BY_ORDER[:3], "Foo", *BY_ORDER[4:]]),
}


@pytest.mark.parametrize("kind", NO_LISTS)
def test_a_table_without_known_names_and_stravas_order_is_refused(kind):
    with pytest.raises(RunFileError, match="the column 'Activity Date' is missing"):
        read_runs(NO_LISTS[kind])


def test_columns_without_a_known_name_are_found_by_order_and_the_others_by_name():
    header = FRENCH.replace("Date de l'activité", "Le jour").replace("Type d'activité", "Genre")
    cells = '1,"12 sept. 2023, 15:02:23",x,Course à pied,,1800,"5,00",1800.0,1700.0,5000.0,60'
    run = the_run(table(cells, header=header))
    assert run.km == 5 and run.climb_m_per_km == 12


def test_a_spreadsheet_programs_semicolons_encoding_and_tabs_are_read():
    german = table(row("12.09.2018 15:02")).replace(b",", b";")
    assert the_run(german).date == datetime(2018, 9, 12, 15, 2)
    assert the_run(b"sep=;\r\n" + german).km == 5
    old = table(row()).replace(b"Morning", b"Lauf \xfcber H\xf6hen")
    assert the_run(old).km == 5
    tabs = "\t".join(ENGLISH.split(","))
    cells = row("2023-09-12 15:02").replace('"', "").replace(",", "\t")
    assert the_run(f"{tabs}\n{cells}\n".encode("utf-16")).km == 5


def test_dates_that_a_spreadsheet_program_made_ambiguous_are_not_guessed():
    said = reason(table(row("12/09/2018 15:02")))
    assert "a spreadsheet program has rewritten its dates" in said and "'12/09/2018 15:02'" in said
    both = read_runs(table(row("12/09/2018 15:02"), row("13/09/2018 15:02")))
    assert [f"{date:%m-%d}" for date in both.date] == ["09-12", "09-13"]
    twelfth = reason(table(row("09/12/2018 15:02")))
    assert "day and month cannot be told apart" in twelfth
    assert the_run(table(row("09/09/2018 15:02"))).date == datetime(2018, 9, 9, 15, 2)
    reader = date_reader(["9/13/18 3:02 PM"])
    assert reader.read("9/12/18 3:02 PM")[0] == datetime(2018, 9, 12, 15, 2)


@pytest.mark.parametrize(
    "cell",
    [
        *("12-Sep-23", "12 Sep 23", "Sep 12, 23", "mar 12 sept 2023", "mardi 12 septembre 2023"),
        *("martes, 12 de septiembre de 2023", "maanantai 12 syys 2023", "2023, Sep 12"),
    ],
)
def test_a_date_with_a_month_s_name_may_have_a_weekday_and_a_short_year(cell):
    """12-Sep-23 was a day of the year 23, and a Tuesday in French a day of March."""
    assert the_run(table(row(cell))).date == datetime(2023, 9, 12)


def test_a_list_holds_no_run_from_before_there_were_such_watches():
    assert "its date '12 Sep 1923' cannot be read" in reason(table(row("12 Sep 1923")))


INDOORS = """Treadmill Running | treadmill_running | VirtualRun | Course virtuelle | Laufband
Carrera virtual | Corsa virtuale | Corrida na esteira | Loopband | bieżnia
バーチャルラン | 虚拟跑步"""


@pytest.mark.parametrize("sport", INDOORS.replace("\n", " | ").split(" | "))
def test_nothing_is_climbed_indoors_in_any_language_or_kind_of_file(sport):
    listed = the_run(table(row(sport=sport)))
    tracked = read_runs(("a.gpx", gpx(*HILL, kind=f"<type>{sport}</type>"))).iloc[0]
    for run in (listed, tracked):
        assert isnan(run.climb_m_per_km) and "indoors" in run.climb_method


@pytest.mark.parametrize("sport", ["Run", "Corrida de orientação", "Corrida em São Paulo"])
def test_what_is_run_outdoors_keeps_its_climb(sport):
    assert the_run(table(row(sport=sport))).climb_m_per_km > 0


def test_a_run_whose_distance_cannot_be_read_leaves_its_weeks_unknown():
    dates = [f"2024-{1 + day // 28:02}-{1 + day % 28:02} 07:00:00" for day in range(0, 84, 7)]
    rows = [row(date) for date in dates]
    rows[9] = f'1,"{dates[9]}",Morning,Run,,1800,Oct 10,150,a.gz,70,,1800,1700,Oct 10,4,2,60'
    with pytest.warns(UserWarning, match="spreadsheet program"):
        runs = read_runs(table(*rows))
    assert runs.km_per_week.iloc[8] == approx(5) and isnan(runs.km_per_week.iloc[-1])


def test_a_distance_that_a_spreadsheet_program_made_a_date_gives_a_sentence():
    cells = '1,"12.09.2018 15:02",x,Run,,1800,05. Mai,1800,1700,05. Mai,60'
    said = reason(table(cells, header=FRENCH))
    assert "its distance is '05. Mai', perhaps since a spreadsheet program saved it" in said


def test_a_distance_that_became_a_date_does_not_hide_the_other_one():
    cells = '1,"12.09.2018 15:02",x,Run,,1800,05. Mai,1800,1700,5000,60'
    assert the_run(table(cells, header=FRENCH)).km == 5


@pytest.mark.parametrize(("elapsed", "moving"), [(0, 1800), (1800, 0), ("", 1800), (1800, "")])
def test_a_time_of_zero_is_none(elapsed, moving):
    cells = [row(date, elapsed=elapsed, moving=moving) for date in ("2023-09-12 15:00:00", LATER)]
    with pytest.warns(UserWarning, match="the run of 2023-09-12 15:00"):
        assert read_runs(table(*cells)).km.tolist() == [5]


def test_a_climb_of_zero_is_known():
    run = the_run(table(row().removesuffix("60") + "0"))
    assert run.climb_m_per_km == 0 and run.climb_method == "Strava's own total"


def test_no_one_runs_faster_than_the_fastest_of_the_thread():
    """43 km in an hour."""
    assert the_run(table(row(elapsed=3600, moving=3600, metres=42_999))).km == 42.999
    said = reason(table(row(elapsed=3600, moving=3600, metres=43_000)))
    assert said.endswith("its distance is missing, or too far for one run, or for that time.")


def test_a_list_holds_a_bounded_number_of_rows_and_columns(monkeypatch):
    monkeypatch.setattr(strava, "MOST_ROWS", 2)
    two = [row("2023-09-12 15:02"), row("2023-09-13 15:02")]
    assert len(read_runs(table(*two))) == 2
    with pytest.raises(RunFileError, match="more than 2 rows"):
        read_runs(table(*two, row()))
    monkeypatch.setattr(strava, "MOST_COLUMNS", ENGLISH.count(",") + 1)
    assert len(read_runs(table(*two))) == 2
    with pytest.raises(RunFileError, match="more columns than Strava's list"):
        read_runs(table(*(f"{cells},x" for cells in two), header=f"{ENGLISH},x"))


def test_a_watch_left_on_and_a_slow_walk_keep_their_run():
    assert the_run(table(row(elapsed=61_200))).km == 5
    assert the_run(table(row(elapsed=9000, moving=600, metres=850))).km == 0.85


@pytest.mark.parametrize(
    ("elapsed", "moving", "distance", "km"),
    [(1800, 0, 5, 5), (0, 1800, 5, 5), (61_200, 600, 850, 0.85)],
)
def test_one_distance_is_read_by_the_moving_time_where_it_is_known(elapsed, moving, distance, km):
    header = "date,type,elapsed_time,moving_time,distance"
    cells = f"2024-03-02,Run,{elapsed},{moving},{distance}"
    assert the_run(table(cells, header=header)).km == km


def test_a_watch_left_on_overnight_does_not_swallow_the_next_run():
    evening, morning = "Sep 12, 2023, 8:00:00 PM", "Sep 13, 2023, 7:00:00 AM"
    runs = read_runs(table(row(evening, elapsed=61_200), row(morning)))
    assert runs.km.tolist() == [5, 5]


def test_a_false_start_in_a_list_is_a_run_of_its_own():
    blip = row("Sep 12, 2018, 3:02:23 PM", elapsed=20, moving=20, metres=50)
    runs = read_runs(table(blip, row("Sep 12, 2018, 3:03:03 PM", elapsed=3600, metres=10_000)))
    assert runs.km.tolist() == [0.05, 10]


def test_rows_with_dates_alone_are_runs_of_their_own_and_match_another_file_once():
    head = b"date,type,elapsed_time,distance\n"
    rows = b"2024-03-02,Run,1800,5000\n2024-03-02,Run,1800,5000\n2024-03-02,Run,3600,10000\n"
    assert read_runs(head + rows).km.tolist() == [5, 5, 10]
    with pytest.warns(UserWarning, match="already"):
        again = read_runs([head + rows, head + rows])
    assert sorted(again.km) == [5, 5, 10]
    timed = b"2024-03-02 07:00:00,Run,1800,5010\n"
    with pytest.warns(UserWarning, match="already"):
        both = read_runs([head + timed, head + rows])
    assert sorted(both.km) == approx([5, 5.01, 10])


def test_weeks_count_a_run_uploaded_twice_once():
    dates = [f"2024-0{month}-{day:02} 07:00:00" for month, day in ((1, 1), (2, 1), (2, 1), (2, 8))]
    with pytest.warns(UserWarning, match="the run of 2024-02-01"):
        runs = read_runs(table(*map(row, dates)))
    assert runs.km_per_week.tolist() == approx([float("nan"), 5 / 4, 10 / 4], nan_ok=True)
