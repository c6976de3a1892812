"""Small files of many kinds, made by hand, so that tests say what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from qualcode.errors import QualcodeError
from qualcode.io.readers.registry import File, Read, read_file

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
O = "urn:oasis:names:tc:opendocument:xmlns:"  # noqa: E741


def archive(members: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return data.getvalue()


def docx(body: str, **others: str) -> bytes:
    def part(root: str, inside: str) -> str:
        return f'<?xml version="1.0"?><w:{root} xmlns:w="{W}">{inside}</w:{root}>'

    members = {"word/document.xml": part("document", f"<w:body>{body}</w:body>")}
    members |= {f"word/{name}.xml": part(name, inside) for name, inside in others.items()}
    return archive(members)


def p(text: str, style: str = "") -> str:
    own = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{own}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx_table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{each}</w:tr>' for each in cells)}</w:tbl>"


def odt(body: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="{O}{name}:1.0"' for name in ("office", "text", "table", "drawing")
    ).replace("xmlns:drawing", "xmlns:draw")
    inside = f"<office:body><office:text>{body}</office:text></office:body>"
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}>{inside}</office:document-content>'
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


SHEET = "<?xml version='1.0'?><worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows: str) -> bytes:
    """Return a spreadsheet of one sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    sheets = "<sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets>"
    to_sheet = f"<Relationship Id='r1' Type='{OFFICE}/worksheet' Target='worksheets/sheet1.xml'/>"
    to_book = f"<Relationship Id='r0' Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/>"
    return archive(
        {
            "_rels/.rels": f"<Relationships xmlns='{rels}'>{to_book}</Relationships>",
            "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{OFFICE}'>{sheets}</workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{rels}'>{to_sheet}</Relationships>",
            "xl/worksheets/sheet1.xml": f"{SHEET}<sheetData>{rows}</sheetData></worksheet>",
        }
    )


def xlsx_cell(place: str, text: str) -> str:
    row = "".join(filter(str.isdigit, place))
    told = f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<row r="{row}">{told}</row>'


def pdf(*pages: str) -> bytes:
    """Return a PDF with a page for each text; an empty one has no text layer."""
    return printed_pdf(
        *(
            [(50, 700 - 14 * at, line) for at, line in enumerate(filter(None, text.split("\n")))]
            for text in pages
        )
    )


def printed_pdf(*pages: Sequence[tuple[int, int, str]]) -> bytes:
    """Return a PDF with a page for each list of lines: how far from left and below, the words."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    font = "<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    for page in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        lines = " ".join(f"1 0 0 1 {x} {y} Tm ({line}) Tj" for x, y, line in page)
        stream = f"BT /F1 12 Tf {lines} ET" if lines else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            f"/Resources << /Font {font} >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    data, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{each}\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    data += "".join(f"{place:010} 00000 n \n" for place in places)
    data += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return data.encode("latin-1")


def epub(*chapters: str) -> bytes:
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n, _ in enumerate(chapters)
    )
    order = "".join(f'<itemref idref="c{n}"/>' for n, _ in enumerate(chapters))
    space = 'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
    container = (
        f'<container {space}><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>'
    )
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{order}</spine></package>'
    pages = {
        f"O/text/c{n}.xhtml": f"<html><body>{each}</body></html>" for n, each in enumerate(chapters)
    }
    return archive({"META-INF/container.xml": container, "O/b.opf": package, **pages})


def read(name: str, data: bytes | str, encoding: str | None = None) -> Read:
    (found,) = read_file(
        File(Path(name), data.encode() if isinstance(data, str) else data, encoding)
    )
    return found


def parts(found: Read, kind: str) -> list[str]:
    return [found.text[each.start : each.end] for each in found.structure.of(kind)]


def refusal(name: str, data: bytes) -> str | None:
    """Return what is said of a file that cannot be read; None where it can."""
    try:
        read(name, data)
    except QualcodeError as error:
        return str(error)
    return None
