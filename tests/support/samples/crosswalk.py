"""The columns of a crosswalk."""

PAIRS = "from_id,relation,to_id,weight,score,reason\n"
