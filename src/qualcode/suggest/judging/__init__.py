"""Judging suggesters: splits, baselines, scores beside human coders, and whether they anchor people."""
