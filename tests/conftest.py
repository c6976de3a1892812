"""What every test shares: how Hypothesis runs.

The default profile is the same on every machine and in every run: examples follow from the test's
own code, and nothing depends on how fast the machine is. To hunt for what it has not met yet, run
``pytest --hypothesis-profile=hunt``, which draws many fresh examples.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "hunt",
    max_examples=2000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")
