//! Everything that can be wrong with a row or a cell: one [`Rule`] for each, with what to call it, what it stops and how
//! to put it right.
//!
//! In: where it is and what stands there. Out: words. Must never know: how it was found.

use super::rows::clip_chars;
use crate::domain::{ColumnId, ProductId};
use serde::{Deserialize, Serialize};

/// What an issue stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The product is not sent.
    Error,
    /// It is pointed out, and the product is sent.
    Warning,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $severity:ident $title:literal $cure:literal)+) => {
        /// One thing that can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Rule { $($(#[$doc])* $name,)+ }

        impl Rule {
            /// Every rule, in the order in which a file meets them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What the rule's issues have in common, as a heading.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// What the rule's issues stop.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            const fn cure(self) -> &'static str {
                match self { $(Self::$name => $cure,)+ }
            }
        }
    };
}

rules! {
    /// A column that is none of the 40.
    IgnoredColumn Warning "Column not known" "Nothing of it is sent. If it should be, give it one of the documented headers."
    /// A column that is probably one of the 40, which nobody confirmed.
    GuessedColumn Warning "Column only guessed" "Nothing of it is sent until you confirm what it is, or say that it is to be ignored."
    /// A column of our own reports or of the store's answers that cannot be written.
    ReadOnlyColumn Warning "Column for reading only" "Nothing to do: the store does not take it, and it is left out."
    /// A column whose own cells settled how it is read.
    SettledColumn Warning "Column read in its own way" "Its cells allow only this. Say so if it is another."
    /// A quote inside a cell that does not begin with one.
    QuoteInside Error "Quote inside a cell" "Put the whole cell into quotes and write each quote inside it twice, or take the quote out."
    /// Text after a closing quote.
    TextAfterQuote Error "Text after a closing quote" "Write each quote inside a quoted cell twice. A quote further up may be missing or too many."
    /// A quote that is never closed.
    UnclosedQuote Error "Quote never closed" "Close the quote, or take it out."
    /// Fewer cells than the header.
    TooFewCells Error "Too few cells" "Give the row a cell for every header; a blank one is enough."
    /// More cells than the header.
    TooManyCells Error "Too many cells" "A cell that holds the delimiter must stand in quotes. Delete what is too many."
    /// A row without end.
    RowTooLong Error "Row too long" "Look for a quote that is never closed, and shorten what is long."
    /// Bytes that are no letter in the file's encoding.
    NotInEncoding Error "Letters in another encoding" "The row is in another encoding than the file, or was damaged. Choose the file's encoding, or type the letters anew."
    /// Half of a character.
    LoneSurrogate Error "Half a character" "A program cut a character, such as an emoji, in two. Type it anew, or take it out."
    /// The header row once more.
    HeaderAgain Warning "Header row once more" "It is stepped over. Perhaps two files were put one below the other: check that both are meant."
    /// A footer.
    Footer Warning "Lines below the table" "They are not read. If they are products, say so under “Look at it, or choose otherwise”."
    /// A second table.
    SecondTable Warning "A second table" "It is not read. Put it into a file of its own if it should be."
    /// An entry of a JSON list that is no object.
    NotAnObject Error "Not a product" "Each entry of the list must be an object in braces, with a “productID”."
    /// A JSON object without a product id.
    WithoutId Error "Product without an id" "Give it a “productID”: it is not known which product is meant."
    /// A JSON field that is there twice.
    FieldTwice Error "Same field twice" "Keep one of them: it is not known which is meant."
    /// A JSON field of another shape.
    WrongShape Error "Field of another shape" "Write it as the service documents it: a list in square brackets, an object in braces, one value otherwise."
    /// A JSON permission with several combinations.
    SeveralCombinations Error "Several combinations" "Only one combination of a permission can be sent from here. Split it into several permissions."
    /// A JSON name or code with a line break inside it.
    BreakInList Error "Line break inside a name or code" "Take the line break out, or write two values."
    /// A list that stands in an object.
    ListInObject Warning "List inside an object" "The service takes the bare list, and that is what is sent. Nothing has to be done."
    /// A JSON field that is none of the documented ones.
    UnknownField Warning "Field not known" "Nothing of it is sent. If it should be, give it its documented name."
    /// A JSON field that is null or empty.
    EmptyField Warning "Field left empty" "It is left as it is in the store: a field cannot be emptied from here."
    /// A damaged row that may belong to the product above it.
    StoppedByDamage Error "Stopped by a damaged row" "Put the damaged row right: it may be one of this product's rows."
    /// A permission row before the first product.
    OrphanRow Error "Row without a product" "Fill in the Product ID, or move the row below its product."
    /// Not a product id.
    NotAnId Error "Not a product id" "Copy the id from the store: it has 24 characters, 0-9 and a-f."
    /// An id that a spreadsheet turned into a number.
    IdScientific Error "Id turned into a number" "A spreadsheet took the id for a number and lost its digits. Copy it again into a column formatted as text."
    /// An id whose digits past the 15th are zeros.
    IdZeroed Error "Id cut to 15 digits" "A spreadsheet keeps 15 digits of a number and made the others zero. Copy the id again into a column formatted as text."
    /// An id inside `ObjectId("…")` or the like.
    IdWrapped Error "Id inside something else" "Keep the 24 digits alone."
    /// The same product twice.
    DuplicateId Error "Same product twice" "Keep one row for each product. None of these is sent, as it is not known which would win."
    /// Product cells in a permission row.
    ProductCellInPermissionRow Error "Product's cell in a permission row" "Leave the product's own columns blank in a row without a Product ID, or fill in the Product ID."
    /// A permission row without permission cells.
    EmptyPermissionRow Error "Permission row without a permission" "Fill in its permission columns, or delete the row."
    /// A product's row with nothing but its id.
    NothingSet Warning "Nothing to change" "The product is left as it is. Fill in a cell if it should change."
    /// A cell over 1 MiB.
    CellTooLong Error "Cell too long" "Shorten it to less than 1 MB."
    /// A cell that holds what looks like another row.
    RowInsideCell Error "Another row inside a cell" "A quote is too many before it, so that the rows below became part of this cell. Take it out."
    /// A control character.
    ControlCharacter Error "Control character" "Delete it: it cannot be seen, and was not typed. Typing the cell anew helps."
    /// U+FFFD.
    ReplacementCharacter Warning "Letters already lost" "The file was once saved with the wrong encoding. Type the letters marked � anew."
    /// UTF-8 read as Windows-1252.
    Mojibake Warning "Letters in the wrong encoding" "The text was once read with the wrong encoding, as in Ã¤ for ä. Type or copy it anew."
    /// A name with characters that cannot be seen.
    HiddenInName Warning "Hidden character in a name" "The store compares names to the letter. Type the name anew if it should not be there."
    /// `'` before a value.
    LeadingApostrophe Error "Apostrophe before a value" "A spreadsheet writes it to keep a value as text. Take it out."
    /// `=…` in place of its value.
    Formula Error "Formula in place of its value" "Copy the cells and paste them as values, then export again."
    /// Typographic quotes around a value.
    SmartQuotes Error "Quotes around a value" "A word processor put them there. Take them out."
    /// A character that cannot be seen.
    HiddenCharacter Error "Hidden character" "Type the value anew: a character in it cannot be seen, and was copied along."
    /// `NULL` and the like, in a text.
    NullWord Warning "A program's word for nothing" "It is sent as a text. Leave the cell blank if the field should stay as it is."
    /// A text of exactly as many characters as a spreadsheet's cell can hold.
    CutText Warning "Text perhaps cut off" "A spreadsheet keeps 32,767 characters in a cell, and this has exactly that many. Compare it with the original."
    /// `#N/A` and friends.
    SpreadsheetError Error "Error value of a spreadsheet" "A formula failed here. Put the value itself into the cell."
    /// `#####`.
    Hashes Error "Column was too narrow" "The spreadsheet exported what it showed, not the value. Widen the column and export again."
    /// An exponent where plain digits belong.
    ScientificNumber Error "Number in scientific notation" "A spreadsheet shortened it. Format the column as text or number, and write all digits."
    /// A code whose digits past the 15th are zeros.
    CodeZeroed Error "Code cut to 15 digits" "A spreadsheet keeps 15 digits of a number and made the others zero. Copy the code again into a column formatted as text."
    /// Letters that look like digits.
    LetterInNumber Error "Letter in a number" "Replace it with the digit it looks like."
    /// A decimal comma.
    DecimalComma Error "Decimal comma" "Write a decimal point."
    /// A currency sign or code.
    CurrencySign Error "Currency in a number" "Write the number alone."
    /// A thousands mark.
    ThousandsMark Error "Thousands mark" "Write the digits without marks between them, and a decimal point if needed."
    /// 1.234.
    OpenNumber Error "Point or comma?" "Say for the whole column which mark comes before the decimals."
    /// A number with the mark that the column does not use.
    OtherDecimalMark Error "Other decimal mark than the column's" "Write it as the other numbers of the column are written."
    /// 10%.
    PercentSign Error "Percent in a number" "Write the amount itself."
    /// Digits of another script.
    ForeignDigits Error "Digits of another script" "Write the digits 0 to 9."
    /// Below zero.
    Negative Error "Below zero" "Write a number that is not below zero."
    /// More than 15 digits.
    TooManyDigits Error "Too many digits" "Write at most 15 digits."
    /// Not a number.
    NotANumber Error "Not a number" "Write digits and, if needed, one decimal point, such as 19.90."
    /// Not a whole number.
    NotAWholeNumber Error "Not a whole number" "Write a whole number from 0 to 4294967295."
    /// Neither yes nor no.
    NotABoolean Error "Neither yes nor no" "Write true or false (yes, no, 1 and 0 are read as well)."
    /// WAHR, VRAI.
    ForeignBoolean Error "Yes or no in another language" "Write true or false."
    /// A date that became a serial number.
    SerialDate Error "Date turned into a number" "A spreadsheet counts days from 1900."
    /// A date that is not ISO 8601.
    NotIsoDate Error "Date not in ISO form" "Write year-month-day, such as 2026-12-31 or 2026-12-31T23:59:00Z."
    /// 03/04/2026.
    OpenDate Error "Day or month first?" "Say for the whole column which comes first, or write year-month-day."
    /// A date that only another order allows.
    OtherDateOrder Error "Date in another order than the column's" "Write it as the other dates of the column are written, or as year-month-day."
    /// 31/12/26.
    ShortYear Error "Year of two digits" "Write the year with four digits, or say for the whole column that it is of this century."
    /// No such day or time.
    NoSuchDay Error "No such day" "Look at the month, the day and the time."
    /// A time without a zone.
    NoTimeZone Error "Time without a time zone" "Add Z for UTC or an offset such as +02:00."
    /// An address that is not https.
    NotHttps Error "Not an https address" "Write an address that starts with https://."
    /// A picture packed into the cell.
    DataUrl Error "Picture inside the cell" "Put the picture on the web and write its https address."
    /// An address without a host.
    NoHost Error "Address without a host" "Write the whole address, such as https://example.com/product.png."
    /// An address with a blank in it.
    BadUrlCharacter Error "Address with a character it cannot hold" "Write %20 for a blank, and percent-encode the others."
    /// A word the reference does not show.
    UnknownWord Warning "Word not known" "It is sent as it is. Check its spelling."
    /// A vouchers cell with another separator.
    CodeSeparator Error "Another separator between codes" "Codes cannot be taken back. Separate them with the chosen separator, or choose this one."
    /// A names cell with another separator.
    NameSeparator Warning "Perhaps several names" "It is sent as one name. Separate several with the chosen separator, or choose this one."
    /// A vouchers cell with the chosen separator and another one.
    MixedSeparators Warning "Two separators between codes" "The code is sent with the mark inside it. Separate the codes if it is two."
    /// A code over 512 characters.
    CodeTooLong Error "Code too long" "A code has at most 512 characters. Perhaps a separator is missing."
    /// A code that looks like a date.
    CodeLikeDate Warning "Code perhaps turned into a date" "A spreadsheet takes codes such as MAR-1 for dates. Compare it with the original."
    /// The same code twice under one product.
    DuplicateCode Error "Same code twice" "Delete one of them: the store refuses the same code twice."
    /// The same code under two products.
    CodeInTwoProducts Warning "Same code under two products" "Check that both are meant."
    /// Codes without an expiry date.
    CodesWithoutDate Error "Codes without an expiry date" "Fill in Voucher Expire Date: the store requires it with codes."
    /// An expiry date without codes.
    DateWithoutCodes Warning "Expiry date without codes" "The date is not sent. Fill in Vouchers if there should be some."
    /// A combination with one half.
    HalfCombination Error "Half a combination" "Fill in both Combination Type and Combination Values, or neither."
    /// Some of the fields that the store takes only together.
    PartOfWhole Warning "Part of fields that go together" "The store takes these fields only all at once. What is blank here is taken from the product as it is."
    /// A name twice in a list.
    DuplicateName Warning "Same name twice" "Delete one of them."
    /// A permission type whose own column is blank.
    TypeWithoutNames Warning "Permission type without its names" "Fill in the column that the type goes by, or correct the type."
    /// A special price that is none.
    SpecialPriceNotLower Warning "Special price not below the price" "Check the two prices."
    /// A purchase limit of nothing.
    LimitOfZero Warning "Purchase limit of zero" "With a limit of 0 nobody can buy. Write at least 1, or disable the limit."
    /// A discount that ends before it starts.
    DiscountDates Warning "Discount ends before it starts" "Swap or correct the two dates: it would never run."
    /// A discount that is none.
    DiscountNotLower Warning "Discount not below the price" "Check the two prices."
}

/// What a message needs besides the place and the value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detail {
    /// Nothing.
    #[default]
    None,
    /// Another line, from 1.
    Line(u32),
    /// How many cells there are, and how many there should be.
    Cells {
        /// In the row.
        found: u32,
        /// In the header.
        expected: u32,
    },
    /// How many lines there are.
    Lines(u32),
    /// How many times it is there.
    Times(u32),
    /// A part of the value: the letter, the names of the cells, the day that is meant.
    Text(String),
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// What is wrong.
    pub rule: Rule,
    /// The physical line, from 1.
    pub line: u32,
    /// The row of the table, from 0; nothing for damaged rows and for the header.
    pub row: Option<u32>,
    /// The column: its position from 0, and which of the 40 it is.
    pub column: Option<(u16, Option<ColumnId>)>,
    /// The product, where it is known.
    pub product: Option<ProductId>,
    /// What stands there, clipped.
    pub value: String,
    /// What else the message needs.
    pub detail: Detail,
}

impl Issue {
    /// Characters of the value that are kept.
    const VALUE_KEPT: usize = 80;

    /// Clips a value for display.
    pub(super) fn clip(value: &str) -> String {
        let clipped = clip_chars(value, Self::VALUE_KEPT);
        if clipped.len() < value.len() { format!("{clipped}…") } else { clipped.to_owned() }
    }

    /// What it stops.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.rule.severity()
    }

    /// What is wrong, with line, column and value.
    #[must_use]
    pub fn message(&self) -> String {
        let place = match self.column {
            None => format!("Line {}", self.line),
            Some((_, Some(id))) => format!("Line {}, column “{}”", self.line, id.header()),
            Some((position, None)) => format!("Line {}, column {}", self.line, u32::from(position) + 1),
        };
        format!("{place}: {}.", self.statement())
    }

    /// What is wrong, without saying where: for a list that shows line and column beside it.
    #[must_use]
    pub fn statement(&self) -> String {
        let value = &self.value;
        let title = self.rule.title();
        let title =
            title.chars().next().map_or_else(String::new, |first| first.to_lowercase().chain(title.chars().skip(1)).collect());
        let product = self.product.map_or_else(|| "this product".to_owned(), |id| format!("product {id}"));
        match (&self.detail, self.rule) {
            (_, Rule::IgnoredColumn) if value.is_empty() => "a column without a header is ignored, though it has cells".into(),
            (Detail::Text(why), Rule::IgnoredColumn) => format!("the column “{value}” is ignored, {why}"),
            (_, Rule::IgnoredColumn) => format!("the column “{value}” is not known and is ignored"),
            (Detail::Line(line), Rule::StoppedByDamage) => {
                format!("{product} is not sent, as the damaged row on line {line} may belong to it")
            }
            (Detail::Line(line), Rule::DuplicateId) => format!("{product} is on line {line} as well"),
            (Detail::Line(line), Rule::CodeInTwoProducts) => {
                format!("the code “{value}” is under another product on line {line} as well")
            }
            (Detail::Line(line), Rule::QuoteInside | Rule::TextAfterQuote | Rule::UnclosedQuote) => {
                format!("{title}, in the row that begins on line {line}: “{value}”")
            }
            (Detail::Line(line), _) => format!("{title}, in what begins on line {line}: “{value}”"),
            (Detail::Lines(lines), _) => {
                let lines = if *lines == 1 { "one line is".to_owned() } else { format!("{lines} lines are") };
                format!("{title}: {lines} not read, from here on: “{value}”")
            }
            (Detail::Times(times), _) => format!("{title}: “{value}”, {times} times"),
            (Detail::Cells { found: 1, expected }, _) => format!("1 cell instead of {expected}: “{value}”"),
            (Detail::Cells { found, expected }, _) => format!("{found} cells instead of {expected}: “{value}”"),
            (Detail::Text(cells), Rule::ProductCellInPermissionRow) => {
                format!("the row has no Product ID, but fills in {cells}, which belongs to a product's own row")
            }
            (Detail::Text(letter), Rule::LetterInNumber) => format!("“{value}” holds the letter {letter} where a digit belongs"),
            (Detail::Text(day), Rule::SerialDate) => {
                format!("“{value}” is a date that a spreadsheet turned into a number; it may be {day}")
            }
            (Detail::Text(how), Rule::SettledColumn) if value.is_empty() => format!("the column is read {how}"),
            (Detail::Text(how), Rule::SettledColumn) => format!("the column is read {how}, as in “{value}”"),
            (Detail::Text(to), Rule::GuessedColumn) => format!("the column “{value}” may be “{to}”, which nobody confirmed"),
            (Detail::Text(what), Rule::ReadOnlyColumn) => format!("the column “{value}” is left out: it holds {what}"),
            (Detail::Text(readings), Rule::OpenDate | Rule::OpenNumber | Rule::OtherDateOrder | Rule::ShortYear) => {
                format!("“{value}” may be {readings}")
            }
            (Detail::Text(meant), Rule::ForeignBoolean) => format!("“{value}” is {meant} in another language"),
            (Detail::Text(blank), Rule::PartOfWhole) => format!("{value} is filled in, but not {blank}"),
            (Detail::Text(part), Rule::DuplicateName) => format!("the name “{part}” is there twice"),
            (Detail::Text(names), Rule::TypeWithoutNames) => format!("the type is “{value}”, but {names} is blank"),
            (Detail::Text(part), Rule::SpecialPriceNotLower) => {
                format!("the special price {value} is not below the price {part}")
            }
            (Detail::Text(part), Rule::DuplicateCode) => format!("the code “{part}” is there twice"),
            (Detail::Text(part), Rule::DiscountDates) => format!("the discount starts {value} and ends {part}"),
            (Detail::Text(part), Rule::DiscountNotLower) => format!("the discount price {value} is not below the price {part}"),
            (Detail::Text(part), _) => format!("{title} ({part}): “{value}”"),
            (Detail::None, Rule::OrphanRow) => "the row has no Product ID, and no product stands above it".into(),
            (Detail::None, Rule::NothingSet) => format!("{product} has no cell filled in"),
            (Detail::None, Rule::EmptyPermissionRow) => "the row has no Product ID and no permission cell".into(),
            (Detail::None, Rule::CodesWithoutDate) => "there are codes, but no expiry date for them".into(),
            (Detail::None, Rule::DateWithoutCodes) => format!("“{value}” is an expiry date, but there are no codes"),
            (Detail::None, _) if value.is_empty() => title,
            (Detail::None, _) => format!("{title}: “{value}”"),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn cure(&self) -> String {
        let cure = self.rule.cure();
        match (&self.detail, self.rule) {
            (Detail::Text(letter), Rule::LetterInNumber) => {
                let digit = letter.chars().next().map_or(' ', super::mend::digit);
                format!("Replace the letter {letter} with the digit {digit}, if that is what is meant.")
            }
            (Detail::Text(day), Rule::SerialDate) => format!("{cure} If {day} is meant, write that."),
            (_, Rule::UnknownWord) => match self.column.and_then(|(_, id)| id).map(|id| id.column().kind) {
                Some(crate::domain::schema::Kind::Choice(words)) => format!("{cure} Known are: {}.", words.join(", ")),
                _ => cure.to_owned(),
            },
            _ => cure.to_owned(),
        }
    }
}
