"""Refusals of documents that were stopped from outside, and errors as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from hpcp_rules import errors
from hpcp_rules.errors import HpcpError, ReadError, Where

OUT_OF_MEMORY = "out-of-memory"


def out_of_time(name: str, seconds: float) -> ReadError:
    """The document took longer than it may."""
    number = f"{seconds:g}"
    return ReadError(
        "out-of-time",
        vi=f"Kiểm tra tệp này quá {number.replace('.', ',')} giây nên đã bị dừng.",
        en=f"Checking this file took more than {number} seconds and was stopped.",
        where=Where(name),
        remedy_vi="Tách tệp thành nhiều phần, hoặc nâng giới hạn: --limit seconds=SỐ.",
        remedy_en="Split the file, or raise the limit: --limit seconds=NUMBER.",
    )


def out_of_memory(name: str, memory: int) -> ReadError:
    """The document took more memory than it may."""
    return ReadError(
        OUT_OF_MEMORY,
        vi=f"Kiểm tra tệp này cần hơn {memory // 1_000_000} MB bộ nhớ nên đã bị dừng.",
        en=f"Checking this file took more than {memory // 1_000_000} MB of memory and was stopped.",
        where=Where(name),
        remedy_vi="Tách tệp thành nhiều phần, hoặc nâng giới hạn: --limit memory=SỐ (thí dụ 4GB).",
        remedy_en="Split the file, or raise the limit: --limit memory=NUMBER (such as 4GB).",
    )


def crashed(name: str, how: str) -> ReadError:
    """The process that read the document ended by itself."""
    return ReadError(
        "crashed",
        vi=f"Chương trình đọc đã hỏng khi đọc tệp này ({how}); tệp có thể bị hỏng hoặc cố ý gây hại.",
        en=f"The reading program broke down on this file ({how}); it may be damaged or made to do harm.",
        where=Where(name),
        remedy_vi="Mở tệp bằng chương trình tạo ra nó, lưu lại dạng khác (DOCX, PDF, TXT) rồi thử lại.",
        remedy_en="Open it in the program that made it, save it in another form (DOCX, PDF, TXT) and try again.",
    )


def unforeseen(name: str, error: BaseException) -> ReadError:
    """A slip of our own. The exception may hold words of the document, so only its kind and place are kept."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else "?"
    what = f"{type(error).__name__}, {place}"
    return ReadError(
        "unforeseen",
        vi=f"Chương trình gặp lỗi ngoài dự kiến với tệp này ({what}).",
        en=f"The program met an unforeseen error with this file ({what}).",
        where=Where(name),
        remedy_vi="Báo cho người bảo trì chương trình, kèm dòng này.",
        remedy_en="Tell the maintainers of the program, with this line.",
    )


def stopped(name: str) -> ReadError:
    """Somebody cancelled the check."""
    return ReadError(
        "stopped",
        vi="Việc kiểm tra tệp này đã dừng theo yêu cầu.",
        en="The check of this file was stopped on request.",
        where=Where(name),
        remedy_vi="Kiểm tra lại nếu còn cần.",
        remedy_en="Check it again if it is still wanted.",
    )


def to_json(error: HpcpError) -> bytes:
    """An error as JSON."""
    fields = {k: getattr(error, k) for k in ("code", "vi", "en", "remedy_vi", "remedy_en")}
    return json.dumps({"class": type(error).__name__, **fields, "where": asdict(error.where)}).encode()


def from_json(content: bytes) -> HpcpError:
    """The error that `to_json` wrote."""
    fields = json.loads(content)
    found = getattr(errors, fields.pop("class"), ReadError)
    kind = found if isinstance(found, type) and issubclass(found, HpcpError) else ReadError
    return kind(fields.pop("code"), where=Where(**fields.pop("where")), **fields)
