"""The table: each row has what was measured, the bar, and whether the bar was met."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    measured: float | None  # None: could not be measured, which is a miss
    unit: str  # "x", "s", "MB" or "" for a count
    bar: float | None  # None: shown for the reader, judged by nothing
    at_least: bool = False  # else: at most
    note: str = ""

    def met(self):
        if self.bar is None:
            return True
        if self.measured is None:
            return False
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar

    def cells(self):
        measured = "-" if self.measured is None else f"{self.measured:.3g} {self.unit}".rstrip()
        if self.bar is None:
            return self.name, measured, "", "", self.note
        bar = f"{'>=' if self.at_least else '<='} {self.bar:.4g} {self.unit}".rstrip()
        return self.name, measured, bar, "pass" if self.met() else "FAIL", self.note


def render(title, rows):
    lines = [("", "measured", "bar", "", "")] + [row.cells() for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    text = [title]
    for line in lines:
        text.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    return "\n".join(text)
