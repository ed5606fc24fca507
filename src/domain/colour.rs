//! Colours as CSS writes them: which texts may be one, and how well one stands out from another.

/// Whether a text can be a colour and nothing worse: it ends up in a style sheet. Names, `#` with hexadecimal digits, and
/// one function (`rgb()`, `rgba()`, `hsl()`, `oklch()`, …) of numbers. Whether a browser knows the name is not said.
#[must_use]
pub fn is_colour(css: &str) -> bool {
    let css = css.trim();
    if let Some(digits) = css.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match css.split_once('(') {
        None => word(css),
        Some((name, rest)) => {
            let is_function = matches!(
                name.to_ascii_lowercase().as_str(),
                "rgb" | "rgba" | "hsl" | "hsla" | "hwb" | "lab" | "lch" | "oklab" | "oklch"
            );
            let inner = rest.strip_suffix(')').unwrap_or("(");
            is_function && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,./%+-".contains(&byte))
        }
    }
}

/// A colour whose parts are known: sRGB, each part from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    red: f64,
    green: f64,
    blue: f64,
    alpha: f64,
}

impl Colour {
    /// `#000`.
    pub const BLACK: Self = Self { red: 0.0, green: 0.0, blue: 0.0, alpha: 1.0 };
    /// `#fff`.
    pub const WHITE: Self = Self { red: 1.0, green: 1.0, blue: 1.0, alpha: 1.0 };

    /// Reads what `rgb()`, `rgba()` (with commas or without) and hexadecimal digits say. `None` is any other way of writing
    /// a colour, or no colour.
    #[must_use]
    pub fn parse(css: &str) -> Option<Self> {
        let css = css.trim();
        if let Some(digits) = css.strip_prefix('#') {
            return Self::from_digits(digits);
        }
        let (name, rest) = css.split_once('(')?;
        let inner = rest.strip_suffix(')')?;
        if !name.eq_ignore_ascii_case("rgb") && !name.eq_ignore_ascii_case("rgba") {
            return None;
        }
        let parts: Vec<&str> = if inner.contains(',') {
            inner.split(',').map(str::trim).collect()
        } else {
            let (colours, alpha) = inner.split_once('/').map_or((inner, None), |(colours, alpha)| (colours, Some(alpha.trim())));
            let colours: Vec<&str> = colours.split_ascii_whitespace().collect();
            if colours.len() != 3 {
                return None;
            }
            colours.into_iter().chain(alpha).collect()
        };
        let (red, green, blue, alpha) = match *parts.as_slice() {
            [red, green, blue] => (red, green, blue, "1"),
            [red, green, blue, alpha] => (red, green, blue, alpha),
            _ => return None,
        };
        Some(Self {
            red: amount(red, 255.0)?,
            green: amount(green, 255.0)?,
            blue: amount(blue, 255.0)?,
            alpha: amount(alpha, 1.0)?,
        })
    }

    fn from_digits(digits: &str) -> Option<Self> {
        let values: Vec<f64> = digits.chars().map(|digit| digit.to_digit(16).map(f64::from)).collect::<Option<_>>()?;
        let parts: Vec<f64> = match values.len() {
            3 | 4 => values.iter().map(|value| value / 15.0).collect(),
            6 | 8 => values.chunks_exact(2).map(|pair| pair.iter().fold(0.0, |sum, value| sum * 16.0 + value) / 255.0).collect(),
            _ => return None,
        };
        match *parts.as_slice() {
            [red, green, blue] => Some(Self { red, green, blue, alpha: 1.0 }),
            [red, green, blue, alpha] => Some(Self { red, green, blue, alpha }),
            _ => None,
        }
    }

    /// The colour without what shines through it, as a colour field takes it: `#7048e8`.
    #[must_use]
    pub fn hex(self) -> String {
        let [red, green, blue] = self.bytes();
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// The colour as the reference writes colours: `rgb(112, 72, 232)`, `rgba(0, 0, 0, 0.12)` ([adss cfg/get]).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the part lies between 0 and 1")]
    pub fn css(self) -> String {
        let [red, green, blue] = self.bytes();
        if self.is_opaque() {
            return format!("rgb({red}, {green}, {blue})");
        }
        let alpha = thousandths((self.alpha * 1000.0).round() as u32);
        format!("rgba({red}, {green}, {blue}, {alpha})")
    }

    /// As opaque as another colour.
    #[must_use]
    pub fn as_opaque_as(self, other: Self) -> Self {
        Self { alpha: other.alpha, ..self }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "each part lies between 0 and 1")]
    fn bytes(self) -> [u8; 3] {
        [self.red, self.green, self.blue].map(|part| (part * 255.0).round() as u8)
    }

    /// Whether nothing shines through it.
    #[must_use]
    pub fn is_opaque(self) -> bool {
        self.alpha >= 1.0
    }

    /// What is seen where this lies on an opaque ground.
    #[must_use]
    pub fn over(self, ground: Self) -> Self {
        let mix = |own: f64, under: f64| own * self.alpha + under * (1.0 - self.alpha);
        Self {
            red: mix(self.red, ground.red),
            green: mix(self.green, ground.green),
            blue: mix(self.blue, ground.blue),
            alpha: 1.0,
        }
    }

    /// Relative luminance of WCAG 2.2: 0 for black, 1 for white.
    fn luminance(self) -> f64 {
        let linear = |part: f64| if part <= 0.04045 { part / 12.92 } else { power_2_4((part + 0.055) / 1.055) };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// How well this stands out from an opaque ground: the contrast ratio of WCAG 2.2, from 1 to 21.
    #[must_use]
    pub fn contrast(self, ground: Self) -> f64 {
        let (one, other) = (self.over(ground).luminance(), ground.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Black or white, whichever is read better on this.
    #[must_use]
    pub fn ink(self) -> Self {
        if Self::BLACK.contrast(self) >= Self::WHITE.contrast(self) { Self::BLACK } else { Self::WHITE }
    }
}

/// A number or a percentage of `whole`, kept within bounds as browsers do.
fn amount(text: &str, whole: f64) -> Option<f64> {
    let (number, whole) = text.strip_suffix('%').map_or((text, whole), |number| (number, 100.0));
    Some((decimal(number)? / whole).clamp(0.0, 1.0))
}

// The page carries what it uses of numbers. Rust's own way to read any `f64`, to write it, and to raise it to any power
// would be 40 kB of tables and program; what colours need of them is little.

/// A number as CSS writes it: `12`, `-.5`, `1e2`. A point must be followed by a digit.
fn decimal(text: &str) -> Option<f64> {
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, part) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(both) => both,
        None if digits.is_empty() => return None,
        None => (digits, ""),
    };
    let mut value = 0.0;
    for digit in whole.bytes().chain(part.bytes()) {
        value = value * 10.0 + f64::from(char::from(digit).to_digit(10)?);
    }
    let places = exponent.saturating_sub(i32::try_from(part.len()).ok()?).clamp(-400, 400);
    // Divided where it is small: a power of ten is exact, its inverse is not.
    Some(sign * if places < 0 { value / 10.0_f64.powi(-places) } else { value * 10.0_f64.powi(places) })
}

/// A part of one, from thousandths: `0.12`.
fn thousandths(count: u32) -> String {
    let digits = format!("{}.{:03}", count / 1000, count % 1000);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `x` to the power of 2.4, `x` between 0.05 and 1: its square times the fifth root of its square, found by Newton's
/// method.
fn power_2_4(x: f64) -> f64 {
    let square = x * x;
    let mut root = 1.0_f64;
    for _ in 0..24 {
        let fourth = root * root * root * root;
        root = (4.0 * root + square / fourth) / 5.0;
    }
    square * root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(css: &str) -> Colour {
        Colour::parse(css).unwrap()
    }

    fn rounded(ratio: f64) -> f64 {
        (ratio * 100.0).round() / 100.0
    }

    #[test]
    fn numbers_are_read_as_rust_reads_them() {
        for text in ["0", "255", "12.5", ".5", "-.25", "+7", "1e2", "1E-2", "12.75e1", "0.1", "0.3", "33.333333", "00.120"] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for text in ["", "-", ".", "5.", "inf", "nan", "1e", "e1", "--1", "1_0", "0x1", "1 2", "1.2.3", "é"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(amount("1e999", 255.0), Some(1.0));
    }

    #[test]
    fn parts_of_one_are_written_as_rust_writes_them() {
        for count in 0..=1000 {
            assert_eq!(thousandths(count), (f64::from(count) / 1000.0).to_string());
        }
    }

    #[test]
    fn the_power_of_the_luminance_is_exact() {
        for step in 90..=1000 {
            let x = f64::from(step) / 1000.0;
            assert!((power_2_4(x) - x.powf(2.4)).abs() < 1e-15, "{x}");
        }
    }

    #[test]
    fn the_ways_of_writing_one_colour_are_read_alike() {
        let violet = colour("#7048e8");
        for css in
            ["#7048E8ff", "rgb(112, 72, 232)", "rgb(112 72 232)", "RGBA(112,72,232,1)", "rgb(112 72 232 / 100%)", " #7048e8 "]
        {
            assert_eq!(colour(css), violet, "{css}");
        }
        assert_eq!(colour("#f0c"), colour("#ff00cc"));
        assert_eq!(colour("#f0c8"), colour("#ff00cc88"));
        assert_eq!(colour("rgb(100%, 0%, 50%)"), colour("rgb(255 0 127.5)"));
        assert_eq!(colour("rgb(300, -5, 0)"), colour("#f00"));
        assert!((colour("rgba(0, 0, 0, .12)").alpha - 0.12).abs() < 1e-9);
        assert!((colour("rgb(0 0 0 / 12%)").alpha - 0.12).abs() < 1e-9);
    }

    #[test]
    fn a_colour_is_written_as_the_reference_writes_it() {
        for (css, hex, written) in [
            ("#7048e8", "#7048e8", "rgb(112, 72, 232)"),
            ("rgb(0 0 0 / 12%)", "#000000", "rgba(0, 0, 0, 0.12)"),
            ("#ffffff80", "#ffffff", "rgba(255, 255, 255, 0.502)"),
        ] {
            assert_eq!((colour(css).hex().as_str(), colour(css).css().as_str()), (hex, written));
        }
        let chosen = colour("#123456").as_opaque_as(colour("rgba(0, 0, 0, 0.12)"));
        assert_eq!(chosen.css(), "rgba(18, 52, 86, 0.12)");
    }

    #[test]
    fn what_is_not_known_for_certain_is_not_read() {
        for css in [
            "",
            "red",
            "#12",
            "#12345",
            "#gggggg",
            "#ä1",
            "rgb(1,2)",
            "rgb(1 2)",
            "rgb(1,2,3",
            "rgb(1,2,3,4,5)",
            "rgb(1 2 3 0.5)",
            "rgb(inf, 0, 0)",
            "rgb(nan 0 0)",
            "rgb(none 0 0)",
            "rgb(1,,2)",
            "hsl(120deg 50% 50%)",
            "rgb(1 2 3 / )",
            "url(x)",
        ] {
            assert_eq!(Colour::parse(css), None, "{css}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        for (ink, ground, ratio) in [
            ("#000", "#fff", 21.0),
            ("#fff", "#fff", 1.0),
            ("#777777", "#fff", 4.48),
            ("#767676", "#fff", 4.54),
            ("#595959", "#fff", 7.0),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
            ("#008000", "#ffffff", 5.14),
            ("#ffff00", "#ffffff", 1.07),
        ] {
            assert_eq!(rounded(colour(ink).contrast(colour(ground))), ratio, "{ink} on {ground}");
            assert_eq!(rounded(colour(ground).contrast(colour(ink))), ratio, "{ground} on {ink}");
        }
    }

    #[test]
    fn what_shines_through_counts() {
        let half = colour("rgba(0, 0, 0, 0.5)");
        assert!(!half.is_opaque() && Colour::WHITE.is_opaque());
        assert_eq!(half.over(Colour::WHITE), colour("rgb(127.5 127.5 127.5)"));
        assert_eq!(colour("rgb(255 0 0 / 0)").over(Colour::BLACK), Colour::BLACK);
        // A black of 54 % on white is #757575.
        assert_eq!(
            rounded(colour("rgba(0, 0, 0, 0.54)").contrast(Colour::WHITE)),
            rounded(colour("rgb(117.3, 117.3, 117.3)").contrast(Colour::WHITE))
        );
        assert_eq!(colour("#7048e8").ink(), Colour::WHITE);
        assert_eq!(colour("#ffd43b").ink(), Colour::BLACK);
        for grey in 0..=255 {
            let ground = colour(&format!("rgb({grey} {grey} {grey})"));
            assert!(ground.ink().contrast(ground) >= 4.5, "{grey}");
        }
    }
}
