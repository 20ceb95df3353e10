"""The trade-off between precision and recall as a picture. Needs matplotlib: ``pip install 'hpcp-rules[plot]'``."""

from __future__ import annotations

from pathlib import Path

from hpcp_rules.errors import UsageError, Where
from hpcp_rules.evaluation.score import Evaluation

ENDINGS = (".svg", ".png", ".pdf")


def plot_curve(result: Evaluation, path: Path, title: str) -> None:
    """Draw precision and recall over the lowest confidence shown, and how far stated confidence is true.

    Errors: `UsageError` for single clauses (no confidence is kept of them), without matplotlib, for an ending it does
    not know, or when the file cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            "plot-ending",
            vi=f"Không vẽ được tệp «{path.suffix}».", en=f"Cannot draw a “{path.suffix}” file.", where=Where(str(path)),
            remedy_vi=f"Dùng: {', '.join(ENDINGS)}.", remedy_en=f"Use: {', '.join(ENDINGS)}.",
        )  # fmt: skip
    if not result.confidences:
        raise UsageError(
            "plot-nothing",
            vi="Không có dấu hiệu nào để vẽ: cần thư mục hợp đồng đã gán nhãn, không phải điều khoản rời.",
            en="There is nothing to draw: a folder of annotated contracts is needed, not single clauses.",
            where=Where(str(path)),
            remedy_vi="Chạy: hpcp eval THƯ_MỤC --plot TỆP.",
            remedy_en="Run: hpcp eval FOLDER --plot FILE.",
        )
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError(
            "no-matplotlib",
            vi="Vẽ hình cần matplotlib.", en="Drawing needs matplotlib.", where=Where(str(path)),
            remedy_vi="Cài bằng: pip install 'hpcp-rules[plot]'",
            remedy_en="Install it: pip install 'hpcp-rules[plot]'",
        ) from error  # fmt: skip
    figure = Figure(figsize=(9, 4), layout="constrained")
    trade, truth = figure.subplots(1, 2)
    points = result.curve()
    trade.plot([p[0] for p in points], [p[1] for p in points], drawstyle="steps-post", label="precision")
    trade.plot([p[0] for p in points], [p[2] for p in points], drawstyle="steps-post", label="recall")
    trade.set(xlabel="--min-confidence", ylim=(0, 1.02), title=title)
    trade.legend(loc="lower left")
    bins = result.reliability()
    truth.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    truth.scatter([b[0] for b in bins], [b[1] for b in bins], s=[12 + 2 * b[2] for b in bins])
    truth.set(xlabel="stated confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02), title="calibration")
    try:
        figure.savefig(path)
    except OSError as error:
        raise UsageError(
            "cannot-write",
            vi=f"Không ghi được tệp ({error.strerror}).", en=f"The file cannot be written ({error.strerror}).",
            where=Where(str(path)), remedy_vi="Chọn nơi khác cho --plot.", remedy_en="Choose another place for --plot.",
        ) from error  # fmt: skip
