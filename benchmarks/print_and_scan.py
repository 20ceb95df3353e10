"""Print-and-scan simulation: what scanning a contract costs.

    python benchmarks/print_and_scan.py [--pages N] [NAME …]

The example contracts are rendered at 200 and 300 dpi, turned by 2 degrees, given noise, packed as JPEG and put into a
PDF that holds nothing but these pictures; then findings and words of the scan are compared with those of the original.
A finding counts as found again when one of the same provision quotes at least 80 % of the same words.
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hpcp_rules.api import Checker
from hpcp_rules.model.report import RunReport
from hpcp_rules.readers import read_bytes, read_file
from hpcp_rules.text.fold import fold

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("telecom", "apartment", "online-shop")


def scanned(
    pdf: Path, dpi: int, *, skew: float = 2.0, noise: float = 12.0, quality: int = 60, pages: int | None = None
) -> bytes:
    """A PDF of pictures of the pages of `pdf`, as a copier would make it.

    Arguments:
        skew: degrees, alternately to either side.
        noise: standard deviation of the grey of a pixel.
        quality: of the JPEG.
        pages: only so many.
    """
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(pdf)
    pictures = []
    for number in range(min(len(document), pages or len(document))):
        page = document[number].render(scale=dpi / 72, grayscale=True).to_pil()
        pictures.append(_copied(page, skew * (-1) ** number, noise, number))
    document.close()
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pictures[1:], quality=quality)
    return out.getvalue()


def _copied(page: Image, skew: float, noise: float, seed: int) -> Image:
    """A page as it comes from the glass: askew, a little soft, grey where it was white, grainy."""
    import numpy as np
    from PIL import Image as Pictures
    from PIL import ImageFilter

    page = page.rotate(skew, Pictures.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.6))
    grain = np.random.default_rng(seed).normal(0, noise, (page.height, page.width))
    shades = 20 + np.asarray(page, dtype=np.float32) * (222 / 255) + grain
    return Pictures.fromarray(shades.clip(0, 255).astype(np.uint8))


def distance(a: str, b: str) -> int:
    """Characters to change, put in or take out (Levenshtein), in the memory of two rows."""
    import numpy as np

    left = np.frombuffer(a.encode("utf-32-le"), dtype=np.uint32)
    row = np.arange(len(left) + 1)
    steps = np.arange(len(left) + 1)
    for n, char in enumerate(b, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (left != ord(char)))
        # What is left of a place can be reached from any place before it by leaving characters out.
        row = np.minimum.accumulate(np.concatenate(([n], best)) - steps) + steps
    return int(row[-1])


def squeezed(text: str) -> str:
    """White space as one blank."""
    return " ".join(text.split())


def found_again(original: RunReport, scan: RunReport) -> tuple[int, list[str]]:
    """How many findings of the original the scan has too, and the quotes of those it lacks."""
    left = list(scan.findings)
    lost = []
    for finding in original.findings:
        words = set(fold(finding.quote).split())
        for other in left:
            common = words & set(fold(other.quote).split())
            if other.provision == finding.provision and len(common) >= 0.8 * len(words):
                left.remove(other)
                break
        else:
            lost.append(f"{finding.provision}: {squeezed(finding.quote)}")
    return len(original.findings) - len(lost), lost


def main() -> None:
    """Prints one line for each contract and resolution, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--dpi", type=int, nargs="+", default=[300, 200])
    parser.add_argument("--keep", type=Path, help="folder for the scans")
    options = parser.parse_args()
    checker = Checker()
    print("contract        dpi  pages  findings  found again  extra  character errors  seconds a page")
    for dpi in options.dpi:
        total = again = wrong = letters = 0
        for name in options.names:
            path = ROOT / "examples" / f"{name}.pdf"
            source, original = read_file(path), checker.check_file(path)
            data = scanned(path, dpi)
            if options.keep:
                (options.keep / f"{name}-{dpi}.pdf").write_bytes(data)
            begin = time.perf_counter()
            seen = read_bytes(data, f"{name}-{dpi}.pdf")
            spent = (time.perf_counter() - begin) / (seen.pages or 1)
            report = checker.check(seen)
            count, lost = found_again(original, report)
            text, wanted = squeezed(seen.text), squeezed(source.text)
            errors = distance(text, wanted)
            total, again = total + len(original.findings), again + count
            wrong, letters = wrong + errors, letters + len(wanted)
            extra = len(report.findings) - count
            print(f"{name:14} {dpi:4} {seen.pages:6} {len(original.findings):9} {count:12} {extra:6}"
                  f" {errors / len(wanted):17.2%} {spent:15.1f}")  # fmt: skip
            for quote in lost:
                print("   lost:", quote)
            for part in seen.not_checked:
                print("  ", part.part.en, part.code)
        share, errors = again / total, wrong / letters
        print(f"{'all':14} {dpi:4} recall {share:.3f} ({again} of {total}), character errors {errors:.2%}")


if __name__ == "__main__":
    main()
