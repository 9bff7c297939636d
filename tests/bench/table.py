"""The lines of the report and how they are judged and printed (pure)."""

from dataclasses import dataclass

MET, MISSED, NOT_MEASURED, TOLD = "met", "MISSED", "not measured", ""
HEADS = ("goal", "what", "reference", "product", "ratio", "wanted", "", "note")


@dataclass(frozen=True)
class Line:
    """One line: everything but the verdict is text as it is shown. An empty verdict only tells."""

    goal: str
    what: str
    reference: str = "–"
    product: str = "–"
    ratio: str = "–"
    wanted: str = ""
    verdict: str = TOLD
    note: str = ""

    @property
    def cells(self):
        """Return the line's cells in order."""
        return (self.goal, self.what, self.reference, self.product, self.ratio, self.wanted, self.verdict, self.note)


def verdict(met):
    """Return the word for a goal that was measured."""
    return MET if met else MISSED


def told(seconds):
    """Return a duration: milliseconds below a second."""
    if seconds >= 1:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    return f"{1000 * seconds:.1f} ms"


def times(goal, what, reference, product, most, *, note=""):
    """Return the line of a goal that allows the product at most so many times the reference's seconds."""
    ratio = product / reference
    return Line(goal, what, told(reference), told(product), f"{ratio:.2f}x", f"≤ {most}x", verdict(ratio <= most), note)


def faster(goal, what, reference, product, least, *, note=""):
    """Return the line of a goal that asks the product to be at least so many times faster than the reference."""
    ratio = reference / product
    wanted = f"≥ {least}x faster"
    return Line(goal, what, told(reference), told(product), f"{ratio:.1f}x", wanted, verdict(ratio >= least), note)


def limit(goal, what, value, most, shown, *, note="", reference="–"):
    """Return the line of a goal with an absolute limit; `shown` turns value and limit into text."""
    return Line(goal, what, reference, shown(value), "–", f"≤ {shown(most)}", verdict(value <= most), note)


def least(goal, what, value, wanted, shown, *, note="", reference="–"):
    """Return the line of a goal that asks for at least so much."""
    return Line(goal, what, reference, shown(value), "–", f"≥ {shown(wanted)}", verdict(value >= wanted), note)


def unmeasured(goal, what, reason):
    """Return the line of a goal that was not measured, with the reason."""
    return Line(goal, what, verdict=NOT_MEASURED, note=reason)


def lines_of_text(lines):
    """Return the table as lines of text, columns aligned; the note is not padded."""
    rows = [HEADS, *(line.cells for line in lines)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(HEADS) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]


def summary(lines):
    """Return how many goals' lines were met, missed and not measured, in words."""
    counts = {word: sum(line.verdict == word for line in lines) for word in (MET, MISSED, NOT_MEASURED)}
    missed = sorted({line.goal for line in lines if line.verdict == MISSED}, key=lambda goal: int(goal[1:]))
    words = f"{counts[MET]} met, {counts[MISSED]} missed, {counts[NOT_MEASURED]} not measured"
    return words + (f"; missed: {', '.join(missed)}" if missed else "")
