"""One thread that computes results: what many runners ask for at once is done one after another.

Python runs one thread at a time. Four that share it are all done when the last is; one after the
other three are done before. And the memory that a result takes for a moment is taken once, not once
for every runner's thread.
"""

from concurrent.futures import ThreadPoolExecutor

submit = ThreadPoolExecutor(1, thread_name_prefix="results").submit
