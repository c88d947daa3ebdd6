"""Answers of GX Core to whole suites, for data/suites-*.json: python gx-suites.py SUITES > ANSWERS, with BENCH_URL of a database that has tables.sql."""
import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import great_expectations as gx
import great_expectations.expectations as gxe

suites = json.load(open(sys.argv[1]))
out, sys.stdout = sys.stdout, sys.stderr
context = gx.get_context(mode="ephemeral")
source = context.data_sources.add_postgres("pg", connection_string=os.environ["BENCH_URL"])
answers = []
for number, suite in enumerate(suites):
    asset = source.add_table_asset(f"a{number}", table_name=suite["table"])
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    made = [
        getattr(gxe, "".join(part.capitalize() for part in one["type"].split("_")))(**one["kwargs"])
        for one in suite["expectations"]
    ]
    result = batch.validate(gx.ExpectationSuite(name=suite["name"], expectations=made)).to_json_dict()
    answers.append({
        "name": suite["name"],
        "success": result["success"],
        "statistics": result["statistics"],
        "results": [
            {
                "type": one["expectation_config"]["type"],
                "column": one["expectation_config"]["kwargs"].get("column"),
                "success": one["success"],
                "raised": one["exception_info"].get("raised_exception") is not False,
            }
            for one in result["results"]
        ],
    })
json.dump({"gx_version": gx.__version__, "answers": answers}, out, indent=1)
out.write("\n")
