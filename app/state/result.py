from lumbayes import contributions
def result(case, *, before=None, focus=None, opened=None, advice=True):
    t = contributions(case)
    v = case.variables
    return {"rows": [{"name": n, "label": v[n].label, "figure": float(r.contribution), "layer": r.layer} for n, r in t.iterrows()]}
