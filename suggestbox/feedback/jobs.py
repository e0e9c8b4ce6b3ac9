"""What the clock wakes for customer feedback."""

from .import_jobs import IMPORT_JOBS, IMPORT_TICKS
from .learning_jobs import LEARNING_JOBS
from .rise_jobs import RISE_JOBS

TICKS = IMPORT_TICKS
JOBS = (*IMPORT_JOBS, *LEARNING_JOBS, *RISE_JOBS)
