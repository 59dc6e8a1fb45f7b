//! The one door to libphonenumber's data: 5 MiB, loaded when the first number is read, which takes
//! some 5 ms longer for it.
//!
//! The `lite` flavour of the library is taken for its memory: each country's patterns cost 2 MB
//! as full regular expressions and 50 kB as lite ones, and calls come from everywhere. Its `parse`
//! is slow in turn, so numbers are taken apart by hand and only checked here; `parse` is left for
//! the odd ones.

pub(super) use rlibphonenumber::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL as LIBRARY, PhoneNumber, PhoneNumberFormat};

/// The longest national significant number in the library's data (Germany's), in digits.
const LONGEST: usize = 15;

/// A number that the library calls valid.
#[derive(Debug, Clone)]
pub(super) struct Valid(PhoneNumber);

impl Valid {
    /// A calling code and a national number, where those make a valid number.
    pub(super) fn new(calling_code: u16, national: &str) -> Option<Self> {
        Some(Self(assemble(calling_code, national)?)).filter(Self::holds)
    }

    /// What the library makes of a number as dialled in a region, if that may be more than
    /// taking it apart by hand makes of it.
    pub(super) fn parse_odd(
        calling_code: u16,
        dialled: &str,
        region: Option<Region>,
    ) -> Option<Self> {
        ODD.contains(&calling_code)
            .then(|| Self::parse(dialled, region))
            .flatten()
    }

    /// What the library itself makes of a number as dialled in a region: some six times slower.
    pub(super) fn parse(dialled: &str, region: Option<Region>) -> Option<Self> {
        let number = LIBRARY.parse(dialled, region).ok()?;
        Some(Self(number)).filter(Self::holds)
    }

    fn holds(&self) -> bool {
        LIBRARY.is_valid_number(&self.0)
    }

    /// Its E.164 digits without plus, as one integer.
    pub(super) fn e164(&self) -> Option<i64> {
        let zeros = if self.0.italian_leading_zero() {
            u32::try_from(self.0.number_of_leading_zeros()).ok()?
        } else {
            0
        };
        let national = i64::try_from(self.0.national_number).ok()?;
        let digits = national
            .checked_ilog10()?
            .checked_add(1)?
            .checked_add(zeros)?;
        i64::from(self.0.country_code)
            .checked_mul(10_i64.checked_pow(digits)?)?
            .checked_add(national)
    }
}

/// Calling codes of countries whose numbers have more to them than a prefix `0`, or none, and `00`
/// abroad: carrier codes, mobile tokens, local numbers, other prefixes. Those whose territories in
/// libphonenumber's metadata (resources/PhoneNumberMetadata.xml, 9.0.33) have another
/// `nationalPrefixForParsing`, `nationalPrefixTransformRule` or `internationalPrefix`.
const ODD: [u16; 58] = [
    1, 7, 36, 44, 51, 52, 53, 54, 55, 56, 57, 61, 62, 64, 65, 66, 81, 82, 86, 230, 234, 235, 238,
    241, 248, 254, 255, 256, 261, 298, 352, 354, 358, 370, 375, 378, 386, 423, 506, 591, 592, 598,
    672, 675, 677, 679, 680, 685, 692, 850, 852, 855, 886, 960, 972, 976, 992, 993,
];

/// Writes E.164 digits in the international format of their country.
pub(super) fn international(e164: &str) -> Option<String> {
    let (calling_code, national) = split(e164)?;
    let number = assemble(calling_code, national)?;
    let text = LIBRARY.format(&number, PhoneNumberFormat::International);
    Some(text.into_owned())
}

/// Splits international digits into calling code and national number.
pub(super) fn split(digits: &str) -> Option<(u16, &str)> {
    // Calling codes are free of prefixes: the first that is one, is it.
    (1..=3).find_map(|length| {
        let calling_code: u16 = digits.get(..length)?.parse().ok()?;
        (LIBRARY.get_region_for_country_code(calling_code.into()))
            .map(|_| (calling_code, &digits[length..]))
    })
}

/// The calling code of a region, if it has one.
pub(super) fn calling_code(region: Region) -> Option<u16> {
    let calling_code = LIBRARY.get_country_code_for_region(region)?;
    u16::try_from(calling_code).ok()
}

fn assemble(calling_code: u16, national: &str) -> Option<PhoneNumber> {
    let significant = national.trim_start_matches('0');
    if significant.is_empty() || national.len() > LONGEST {
        return None;
    }
    let zeros = national.len() - significant.len();
    let mut number = PhoneNumber {
        country_code: calling_code.into(),
        national_number: significant.parse().ok()?,
        ..PhoneNumber::default()
    };
    if zeros > 0 {
        number.italian_leading_zero = Some(true);
        number.number_of_leading_zeros = i32::try_from(zeros).ok();
    }
    Some(number)
}
