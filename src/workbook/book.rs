//! A workbook: its sheets listed, one of them converted.
//!
//! In: a file. Out: a [`Listing`], then of any sheet a CSV and a [`Report`]. Must never know: how the bytes come and where they go.

use super::cells::{Context, Facts, letters, rows};
use super::csv::Writer;
use super::format::DateFormat;
use super::kind::{container, inside_zip};
use super::package::{MAX_BYTES, MAX_INFLATED, Package};
use super::parts;
use super::protocol::{Listing, Progress, Report, Sheet, Trouble};
use super::refusal::Refusal;
use super::strings::Strings;
use super::xml::Xml;
use std::io::{Read, Seek, SeekFrom};

/// Rows between two words about progress.
const STEP: u32 = 2_000;

/// An opened workbook.
pub struct Workbook<R> {
    package: Package<R>,
    /// Name of each worksheet's part, as [`Listing::sheets`].
    sheet_parts: Vec<String>,
    strings: Strings,
    styles: Vec<Option<DateFormat>>,
    from_1904: bool,
    is_stale: bool,
    listing: Listing,
}

impl<R: Read + Seek> Workbook<R> {
    /// Opens a workbook and reads every sheet once, to count what is there: what a sheet says of its own size is often wrong.
    ///
    /// # Errors
    /// A [`Refusal`] when it is no `.xlsx`, when it is too large or damaged, and when there is nothing in any sheet. Damage in one sheet
    /// is that sheet's [`Sheet::trouble`], unless there is nothing to read beside it.
    pub fn open(file: R, progress: &mut dyn FnMut(Progress)) -> Result<Self, Refusal> {
        Self::open_within(file, MAX_INFLATED, progress)
    }

    /// As [`Self::open`], with another limit on what may be unpacked; what tests do not wait for.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_within(mut file: R, max_inflated: u64, progress: &mut dyn FnMut(Progress)) -> Result<Self, Refusal> {
        let bytes = file.seek(SeekFrom::End(0))?;
        if bytes > MAX_BYTES {
            return Err(Refusal::TooLarge { bytes });
        }
        container(&mut file)?;
        let mut package = Package::open(file, max_inflated)?;
        let Some(book_part) = parts::workbook_part(&mut package)? else {
            return Err(Refusal::NotXlsx(inside_zip(&mut package)));
        };
        let book = parts::book(&mut package, &book_part)?;
        let relations = parts::relations(&mut package, &book_part)?;
        let strings = match parts::of_kind(&relations, "sharedStrings") {
            Some(part) => match package.part(part)? {
                Some(bytes) => Strings::read(&mut Xml::new(part, bytes))?,
                None => Strings::default(),
            },
            None => Strings::default(),
        };
        let styles = match parts::of_kind(&relations, "styles") {
            Some(part) => parts::styles(&mut package, part)?,
            None => Vec::new(),
        };
        let (from_1904, is_stale) = (book.from_1904, book.is_stale);
        let (mut sheets, mut sheet_parts) = (Vec::new(), Vec::new());
        for (name, is_hidden, id) in book.tabs {
            if let Some(part) = parts::worksheet(&relations, &id) {
                sheets.push(Sheet { name, is_hidden, ..Sheet::default() });
                sheet_parts.push(part.to_owned());
            }
        }
        if sheets.is_empty() {
            return Err(Refusal::NoSheets);
        }
        let listing = Listing { sheets, suggested: 0 };
        let mut workbook = Self { package, sheet_parts, strings, styles, from_1904, is_stale, listing };
        workbook.survey(progress)?;
        Ok(workbook)
    }

    /// The worksheets.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    fn survey(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Refusal> {
        let mut seen = 0;
        let mut first_refusal = None;
        for (sheet, part) in self.listing.sheets.iter_mut().zip(&self.sheet_parts) {
            let context = Context { strings: &self.strings, styles: &self.styles, from_1904: self.from_1904 };
            let mut facts = Facts::default();
            let read = read_sheet(&mut self.package, part, &context, &mut facts, |row| {
                sheet.rows = row.number;
                sheet.columns = sheet.columns.max(row.width());
                sheet.filled_rows += 1;
                sheet.wide_rows += u32::from(row.filled() > 1);
                seen += 1;
                if seen % STEP == 0 {
                    progress(Progress { rows: seen, of: None });
                }
                Ok(())
            });
            let refusal = match read {
                // What comes from outside the sheet, or is meant to harm, ends it all.
                Err(refusal @ (Refusal::Unreadable(_) | Refusal::Inflates { .. })) => return Err(refusal),
                Err(refusal) => Some(refusal),
                Ok(()) => facts.first_uncalculated.map(|(column, row)| Refusal::Uncalculated {
                    sheet: sheet.name.clone(),
                    cells: facts.uncalculated,
                    first: format!("{}{row}", letters(column)),
                }),
            };
            sheet.trouble = refusal.as_ref().map(Trouble::from);
            first_refusal = first_refusal.or(refusal);
        }
        let sheets = &self.listing.sheets;
        let visible = |sheet: &&Sheet| !sheet.is_hidden;
        let pick = |wanted: &dyn Fn(&Sheet) -> bool| sheets.iter().position(|sheet| visible(&sheet) && wanted(sheet));
        let suggested = pick(&|sheet| sheet.wide_rows > 1)
            .or_else(|| pick(&|sheet| sheet.filled_rows > 0))
            .or_else(|| sheets.iter().position(|sheet| sheet.filled_rows > 0));
        match (suggested, first_refusal) {
            (Some(index), _) => self.listing.suggested = index as u32,
            (None, Some(refusal)) => return Err(refusal),
            (None, None) => return Err(Refusal::Blank { sheet: None }),
        }
        Ok(())
    }

    /// Makes a CSV of a sheet, in pieces of about a megabyte. What `out` cannot take it says in words.
    ///
    /// # Errors
    /// A [`Refusal`] when the sheet is not there, blank or damaged, has formulas without results, or makes too large a CSV.
    pub fn convert(
        &mut self,
        index: u32,
        out: &mut dyn FnMut(&[u8]) -> Result<(), String>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, Refusal> {
        let found = self.listing.sheets.get(index as usize).zip(self.sheet_parts.get(index as usize));
        let (sheet, part) = found.ok_or(Refusal::NoSuchSheet)?;
        let too_large = || Refusal::CsvTooLarge { sheet: sheet.name.clone(), rows: sheet.filled_rows, columns: sheet.columns };
        if u64::from(sheet.filled_rows) * u64::from(sheet.columns) > MAX_BYTES {
            return Err(too_large());
        }
        let context = Context { strings: &self.strings, styles: &self.styles, from_1904: self.from_1904 };
        let mut facts = Facts::default();
        let mut writer = Writer::new(sheet.columns, out);
        let (mut done, mut hidden, mut first_hidden) = (0, 0, None);
        read_sheet(&mut self.package, part, &context, &mut facts, |row| {
            done += 1;
            if row.is_hidden {
                hidden += 1;
                first_hidden.get_or_insert(row.number);
            }
            if done % STEP == 0 {
                progress(Progress { rows: done, of: Some(sheet.filled_rows) });
            }
            if writer.row(row)? { Ok(()) } else { Err(too_large()) }
        })?;
        if let Some((column, row)) = facts.first_uncalculated {
            let first = format!("{}{row}", letters(column));
            return Err(Refusal::Uncalculated { sheet: sheet.name.clone(), cells: facts.uncalculated, first });
        }
        if done == 0 {
            return Err(Refusal::Blank { sheet: Some(sheet.name.clone()) });
        }
        writer.finish()?;
        let columns = || facts.hidden_columns.iter().flat_map(|&(first, last)| first..=last.min(sheet.columns));
        let mut report = Report {
            sheet: sheet.name.clone(),
            rows: done,
            columns: sheet.columns,
            bytes: writer.bytes,
            hidden_rows: hidden,
            hidden_columns: columns().count() as u32,
            merged: facts.merged,
            formulas: facts.formulas,
            errors: facts.errors,
            dates: facts.dates,
            notes: Vec::new(),
            shifts: std::mem::take(&mut writer.shifts),
        };
        report.notes = notes(&report, first_hidden, columns().min(), self.is_stale);
        Ok(report)
    }
}

/// Opens a sheet's part and reads its rows.
fn read_sheet<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    context: &Context<'_>,
    facts: &mut Facts,
    found: impl FnMut(&super::cells::Row) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let Some(bytes) = package.part(part)? else {
        return Err(Refusal::Damaged { part: part.to_owned(), what: "nothing is there: the sheet is missing".into() });
    };
    rows(&mut Xml::new(part, bytes), context, facts, found)
}

/// What a person should read, as sentences.
fn notes(report: &Report, first_hidden_row: Option<u32>, first_hidden_column: Option<u32>, is_stale: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(row) = first_hidden_row {
        notes.push(match report.hidden_rows {
            1 => format!("Row {row} is hidden in the sheet. It is included."),
            count => format!("{count} rows are hidden in the sheet, the first is row {row}. They are included."),
        });
    }
    if let Some(column) = first_hidden_column.map(letters) {
        notes.push(match report.hidden_columns {
            1 => format!("Column {column} is hidden in the sheet. It is included."),
            count => format!("{count} columns are hidden in the sheet, the first is column {column}. They are included."),
        });
    }
    if report.merged > 0 {
        notes.push(match report.merged {
            1 => "One range of cells is merged: its value counts for its upper left cell only, the others are blank.".into(),
            count => {
                format!("{count} ranges of cells are merged: a value counts for the upper left cell only, the others are blank.")
            }
        });
    }
    if is_stale && report.formulas > 0 {
        notes.push(match report.formulas {
            1 => "One cell holds a formula. The program that wrote the file did not calculate it anew: its result may be out of date.".into(),
            count => format!(
                "{count} cells hold formulas. The program that wrote the file did not calculate them anew: their results may be out of date."
            ),
        });
    }
    if report.errors > 0 {
        notes.push(match report.errors {
            1 => "One cell holds an error of the spreadsheet, such as #N/A.".into(),
            count => format!("{count} cells hold errors of the spreadsheet, such as #N/A."),
        });
    }
    if let Some(shift) = report.shifts.first() {
        notes.push(format!(
            "Row {} is the first with a line break inside a cell. Below it, line numbers are larger than the sheet's row numbers.",
            shift.row - 1
        ));
    }
    notes
}
