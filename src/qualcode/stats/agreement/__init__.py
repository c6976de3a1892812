"""Agreement between coders."""

from qualcode.stats.agreement.measures import *  # noqa: F403
