"""Makes the workbooks of this folder that openpyxl and XlsxWriter write; LibreOffice then writes its own from one of them.

    python3 -m venv v && v/bin/pip install openpyxl==3.1.5 XlsxWriter==3.3.1
    v/bin/python make.py
    soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir out openpyxl-table.xlsx   # libreoffice-table.xlsx
    soffice --headless --convert-to ods --outdir out openpyxl-rich.xlsx                              # libreoffice-ods.ods; xls the same way
    v/bin/msoffcrypto-tool -e -p secret openpyxl-table.xlsx password.xlsx                            # msoffcrypto-tool==6.1.0
"""

import datetime as dt

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

ID = "507f1f77bcf86cd7994390%02x"
HEADERS = ["Product ID", "Name", "Price", "Status", "Sale End", "Description"]


def table(path, **properties):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Products"
    sheet.append(HEADERS)
    sheet.append([ID % 1, "Mug “Ölberg”", 19.99, "active", dt.date(2026, 12, 31), "one line"])
    sheet.append([ID % 2, "Tee, red", 1234567.5, True, dt.datetime(2026, 12, 31, 23, 59), "two\nlines"])
    sheet.append([ID % 3, "  kept  ", 0.1 + 0.2, False, dt.time(18, 30), 'say "hi"'])
    sheet.append([ID % 4, 12345678901234567890, 0.15, "#N/A", dt.timedelta(hours=36), "a_x000D_b"])
    sheet["C2"].number_format = "#,##0.00 [$€-407]"
    sheet["C5"].number_format = "0%"
    return book, sheet


# A plain table.
book, sheet = table("")
book.save("openpyxl-table.xlsx")

# Two preamble rows, an empty column A, a blank row, a hidden row and column, a merged range, a filter.
book = openpyxl.Workbook()
sheet = book.active
sheet["B2"] = "Prices of June"
sheet.merge_cells("B2:D2")
for row, values in {4: HEADERS[:3], 5: [ID % 1, "Mug", 5], 6: [ID % 2, "Tee", 6], 8: [ID % 3, "Cap", 7]}.items():
    for column, value in enumerate(values):
        sheet.cell(row, 2 + column, value)
sheet.row_dimensions[6].hidden = True
sheet.column_dimensions["C"].hidden = True
sheet.auto_filter.ref = "B4:D8"
book.save("openpyxl-preamble.xlsx")

# Days counted from 1904.
book, sheet = table("")
book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
sheet["E2"] = dt.date(2026, 12, 31)
book.save("openpyxl-1904.xlsx")

# Formulas whose results nobody calculated.
book, sheet = table("")
sheet["C3"] = "=C2*2"
book.save("openpyxl-formulas.xlsx")

# Text with fonts inside.
book = openpyxl.Workbook()
sheet = book.active
sheet.append(HEADERS[:2])
sheet.append([ID % 1, CellRichText("plain ", TextBlock(InlineFont(b=True), "bold "), "plain")])
book.save("openpyxl-rich.xlsx")

# Several sheets: notes first, a hidden one, a chart's, then the table.
book, sheet = table("")
notes = book.create_sheet("Read me", 0)
notes["A1"] = "The products are on the third tab."
hidden = book.create_sheet("Old", 1)
hidden.append(HEADERS)
hidden.append([ID % 9])
hidden.sheet_state = "hidden"
chart = book.create_chartsheet("Chart")
chart.add_chart(openpyxl.chart.BarChart())
book.save("openpyxl-sheets.xlsx")

# Nothing at all.
openpyxl.Workbook().save("openpyxl-blank.xlsx")

# XlsxWriter: rows written one by one with inline strings; results of formulas given, and not.
book = xlsxwriter.Workbook("xlsxwriter-table.xlsx", {"constant_memory": True})
sheet = book.add_worksheet("Products")
day = book.add_format({"num_format": "d mmmm yyyy"})
moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm AM/PM"})
for column, header in enumerate(HEADERS):
    sheet.write(0, column, header)
sheet.write_string(1, 0, ID % 1)
sheet.write_string(1, 1, "<b>&amp;</b> \x07 _x0041_")
sheet.write_formula(1, 2, "=1+1", None, 2)
sheet.write_boolean(1, 3, True)
sheet.write_datetime(1, 4, dt.datetime(1900, 2, 28), day)
sheet.write_string(1, 5, "😀\r\nsecond")
sheet.write_string(2, 0, ID % 2)
sheet.write_formula(2, 1, '="a"&"b"', None, "ab")
sheet.write_number(2, 2, 5.07e23)
sheet.write_formula(2, 3, "=NA()", None, "#N/A")
sheet.write_datetime(2, 4, dt.datetime(2026, 3, 29, 2, 30, 15, 250000), moment)
sheet.write_number(2, 5, 60, day)
book.close()
