"""What was counted, as Prometheus reads it."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from repoint.services import Services
from repoint.web.redirect.app import Redirects

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics(Collector):
    """Reads the parts' own counters when somebody asks; the parts know nothing of Prometheus' registry."""

    def __init__(self, services: Services, redirects: Redirects) -> None:
        self._services = services
        self._redirects = redirects
        self._registry = CollectorRegistry()
        self._registry.register(services.journal.stats.commit_seconds)
        self._registry.register(services.journal.stats.sync_seconds)
        self._registry.register(self)
        if services.worker is not None:
            labelled = CollectorRegistry()
            labelled.register(_OfWorker(self._registry, services.worker))
            self._registry = labelled

    def exposition(self) -> bytes:
        """Everything, in the text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The counters and gauges of this moment."""
        journal, ingest = self._services.journal.stats, self._services.ingest
        redirects = CounterMetricFamily("repoint_redirects", "Answers to short links.", labels=["result"])
        for result, times in sorted(self._redirects.results.items()):
            redirects.add_metric([result], times)
        yield redirects
        for name, text, value in (
            ("repoint_journal_scans", "Scans that are safe in the journal.", journal.appended),
            (
                "repoint_journal_late",
                "Scans whose redirect did not wait for the disk any longer.",
                journal.answered_late,
            ),
            ("repoint_journal_lost", "Scans that could not be kept.", journal.lost),
            ("repoint_ingest_scans", "Scans moved from the journal into the database.", ingest.stats.stored),
            ("repoint_ingest_damaged_bytes", "Journal bytes that held no whole record.", ingest.stats.damaged_bytes),
        ):
            yield CounterMetricFamily(name, text, value=value)
        for name, text, measure in (
            ("repoint_journal_held", "Scans in memory that the disk does not take.", float(journal.held)),
            ("repoint_ingest_backlog_bytes", "Journal bytes not yet in the database.", float(ingest.waiting_bytes())),
            (
                "repoint_ingest_lag_seconds",
                "Age of the scan stored last, while there is a backlog.",
                ingest.stats.lag_s,
            ),
        ):
            yield GaugeMetricFamily(name, text, value=measure)


class _OfWorker(Collector):
    """Says of every figure which of several processes counted it; whoever asks reaches any one of them."""

    def __init__(self, registry: CollectorRegistry, worker: int) -> None:
        self._registry = registry
        self._worker = str(worker)

    def collect(self) -> Iterator[Metric]:
        """The registry's, with a label more."""
        for metric in self._registry.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "worker": self._worker}) for sample in metric.samples
            ]
            yield metric
