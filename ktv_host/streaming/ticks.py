"""Stream time: integers at 90 kHz, the clock of MPEG-TS."""

from fractions import Fraction

HZ = 90_000
PER_MS = 90
LEAD_IN = 10 * HZ  # every item's first picture is stamped 10 s, so that nothing before it is negative
AAC_SAMPLES = 1024
SOUND_RATE = 48_000
SOUND_FRAME = AAC_SAMPLES * HZ // SOUND_RATE  # 1920 ticks, exactly


def to_ticks(value: int, time_base: Fraction) -> int:
    """A time in units of ``time_base``, to the nearest tick."""
    scale, unit = time_base.numerator * HZ, time_base.denominator
    return (2 * value * scale + unit) // (2 * unit)


def from_ticks(ticks: int, time_base: Fraction) -> int:
    return round(Fraction(ticks, HZ) / time_base)
