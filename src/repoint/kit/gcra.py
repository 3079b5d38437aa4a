"""A bucket that refills steadily: the generic cell rate algorithm.

Its whole state is one number, the theoretical arrival time (TAT, ITU-T I.371): when the bucket will be full again.
Times are whole microseconds on any clock.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """Room for `size`, refilled within `refill_us`."""

    size: int
    refill_us: int

    @property
    def interval_us(self) -> int:
        """Until one more fits; rounded up, so that never more than `size` come back in `refill_us`."""
        return -(-self.refill_us // self.size)

    def ready_at(self, tat: int) -> int:
        """When the next one fits."""
        return tat - self.interval_us * (self.size - 1)

    def take(self, tat: int, now: int) -> int:
        """The state after one that fits."""
        return max(tat, now) + self.interval_us

    def left(self, tat: int, now: int) -> int:
        """How many more fit now."""
        return self.size - -(-max(0, tat - now) // self.interval_us)
