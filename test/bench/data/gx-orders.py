"""One validation by the GX Core of this Python, in seconds: gx-orders.py SUITE ROWS, with the address in BENCH_URL."""
import json
import logging
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
out = sys.stdout
sys.stdout = sys.stderr = open(os.devnull, "w")

import great_expectations as gx
import great_expectations.expectations as gxe

suite_file, rows = sys.argv[1], int(sys.argv[2])
context = gx.get_context(mode="ephemeral")
source = context.data_sources.add_postgres("pg", connection_string=os.environ["BENCH_URL"])
batch = source.add_table_asset("t", table_name="orders").add_batch_definition_whole_table("w")


def build(entry):
    kwargs = dict(entry["kwargs"])
    if entry["type"] == "expect_table_row_count_to_be_between":
        kwargs = {"min_value": rows, "max_value": rows}
    name = "".join(part.capitalize() for part in entry["type"].split("_"))
    return getattr(gxe, name)(**kwargs)


with open(suite_file) as file:
    expectations = [build(entry) for entry in json.load(file)["expectations"]]
suite = context.suites.add(gx.ExpectationSuite(name="s", expectations=expectations))
definition = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batch, suite=suite))
start = time.perf_counter()
definition.run(result_format="SUMMARY")
print(round(time.perf_counter() - start, 4), file=out)
