from .machine import describe_machine as describe_machine
from .report import write_report as write_report
from .run import run_study as run_study
from .study import (
    Part as Part,
    Study as Study,
    Table as Table,
    report_study as report_study,
    study_command as study_command,
)
from .summaries import exact_interval as exact_interval, group_rows as group_rows
