"""One validation by the GX Core of this Python, in seconds, and its version: gx-orders.py SUITE ROWS FORMAT, with the address in BENCH_URL."""
import datetime
import json
import logging
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
out = sys.stdout
sys.stdout = open(os.devnull, "w")

import great_expectations as gx
import great_expectations.expectations as gxe

suite_file, rows, result_format = sys.argv[1], int(sys.argv[2]), sys.argv[3]
context = gx.get_context(mode="ephemeral")
source = context.data_sources.add_postgres("pg", connection_string=os.environ["BENCH_URL"])
batch = source.add_table_asset("t", table_name="orders").add_batch_definition_whole_table("w")


def build(entry):
    kwargs = dict(entry["kwargs"])
    if entry["type"] == "expect_table_row_count_to_be_between":
        kwargs = {"min_value": rows, "max_value": rows}
    # Bounds of a time are times to GX, not texts.
    for bound in ("min_value", "max_value"):
        if isinstance(kwargs.get(bound), str):
            kwargs[bound] = datetime.datetime.fromisoformat(kwargs[bound])
    name = "".join(part.capitalize() for part in entry["type"].split("_"))
    return getattr(gxe, name)(**kwargs)


with open(suite_file) as file:
    expectations = [build(entry) for entry in json.load(file)["expectations"]]
suite = context.suites.add(gx.ExpectationSuite(name="s", expectations=expectations))
rows_of = batch.get_batch()
start = time.perf_counter()
# Not by a validation definition: 1.24.1 cannot store the result of its own quantiles.
rows_of.validate(suite, result_format=result_format)
print(round(time.perf_counter() - start, 4), gx.__version__, file=out)
