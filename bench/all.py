"""Every measurement, one after the other; ends with 1 where a target was missed."""

import argparse

from bench import analytics, api, ingest, redirect, startup
from bench.server import need


def main() -> int:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="of load for each redirect measurement")
    options = parser.parse_args()
    need("nginx", "wrk")
    reached = {
        "redirects": redirect.measure(seconds=options.seconds, codes=100_000),
        "ingest": ingest.measure_all(how_many=400_000),
        "analytics": analytics.measure(),
        "native API": api.measure(seconds=options.seconds),
        "start and memory": startup.measure(),
    }
    print()
    for name, is_reached in reached.items():
        print(f"{'reached' if is_reached else 'MISSED ':<8} {name}")
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
