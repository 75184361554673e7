from .machine import describe_machine as describe_machine
from .report import write_report as write_report
from .run import run_study as run_study
