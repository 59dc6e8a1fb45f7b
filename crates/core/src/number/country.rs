use super::library::{self, Region};

/// The country whose rules national numbers follow: an ISO 3166 region that has phone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country {
    region: Region,
    calling_code: u16,
    national_prefix: &'static str,
}

impl Default for Country {
    /// Germany, as everywhere in the contract.
    fn default() -> Self {
        Self {
            region: Region::DE,
            calling_code: 49,
            national_prefix: "0",
        }
    }
}

/// `AA`, `AB`, … `ZZ` in one row, so that a code can be lent for good.
static LETTER_PAIRS: [u8; 26 * 26 * 2] = {
    let mut pairs = [0; 26 * 26 * 2];
    let (mut place, mut first) = (0, b'A');
    while first <= b'Z' {
        let mut second = b'A';
        while second <= b'Z' {
            pairs[place] = first;
            pairs[place + 1] = second;
            place += 2;
            second += 1;
        }
        first += 1;
    }
    pairs
};

/// Countries whose national numbers have no prefix: those without `nationalPrefix` in
/// libphonenumber's metadata (resources/PhoneNumberMetadata.xml, 9.0.33), which the library keeps
/// to itself. The exceptions to `0` are in [`Country::from_code`].
const WITHOUT_PREFIX: &str = "AC AD AO AW BF BH BI BJ BN BQ BT BW BZ CF CG CI CK CL CM CR CV CW \
    CY CZ DJ DK EE ES FJ FK FM FO GA GI GL GM GN GQ GR GT GW GY HK HN HT IO IS IT KM KW LS LU LV \
    ML MO MR MT MU MV MX MZ NC NE NF NI NO NR NU OM PA PF PG PL PT PW QA SB SC SG SH SJ SM SN SR \
    ST SV SZ TA TD TG TJ TK TL TN TO TV UZ VA VU WF WS";

/// How a country's people write its numbers without any prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    /// As they are: there is no prefix (Spain, Denmark) or nobody uses it (North America). So the
    /// national reading comes first.
    National,
    /// Not at all, but lengths are fixed, so that digits that are no international number and do
    /// make a national one are that (Brazil, France).
    Fixed,
    /// Lengths are free, so that nearly any digits would make a national number and mean nothing
    /// by it. Without a prefix to dial it by, such digits are international or nothing (Germany,
    /// Austria), else international first (Luxembourg).
    Free,
}

impl Country {
    /// The country with this two-letter ISO 3166 code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        let (region, calling_code) = library::region(code)?;
        let mut country = Self {
            region,
            calling_code,
            national_prefix: "",
        };
        country.national_prefix = match country.code() {
            "HU" => "06",
            "BY" | "KZ" | "RU" | "TM" => "8",
            "MH" => "1",
            _ if country.is_north_american() => "1",
            code if WITHOUT_PREFIX.split(' ').any(|without| without == code) => "",
            _ => "0",
        };
        Some(country)
    }

    /// Its two-letter ISO 3166 code in capitals.
    pub fn code(self) -> &'static str {
        let letters = self.region.as_region_str();
        let place = match letters.as_bytes() {
            [a, b] => usize::from(a.wrapping_sub(b'A')) * 26 + usize::from(b.wrapping_sub(b'A')),
            _ => return "",
        };
        (LETTER_PAIRS.get(2 * place..2 * place + 2))
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .unwrap_or_default()
    }

    /// Its calling code, `49` for Germany.
    pub fn calling_code(self) -> u16 {
        self.calling_code
    }

    pub(super) fn region(self) -> Region {
        self.region
    }

    /// What is dialled before a national number at home: `0` in Germany, `1` in North America,
    /// nothing in Spain.
    pub(crate) fn national_prefix(self) -> &'static str {
        self.national_prefix
    }

    /// Whether it is one of those that dial `011` abroad and ten digits at home.
    pub(crate) fn is_north_american(self) -> bool {
        self.calling_code == 1
    }

    /// How its numbers are written without a prefix.
    pub(super) fn bare(self) -> Bare {
        if matches!(self.region, Region::DE | Region::AT | Region::LU) {
            Bare::Free
        } else if self.national_prefix.is_empty() || self.is_north_american() {
            Bare::National
        } else {
            Bare::Fixed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_calling_codes() {
        let cases = [
            ("DE", "DE", 49),
            ("de", "DE", 49),
            ("AT", "AT", 43),
            ("US", "US", 1),
            ("CA", "CA", 1),
            ("GB", "GB", 44),
            ("ZW", "ZW", 263),
            ("AC", "AC", 247),
        ];
        for (given, code, calling_code) in cases {
            let country = Country::from_code(given).unwrap();
            assert_eq!(
                (country.code(), country.calling_code()),
                (code, calling_code)
            );
        }
        assert_eq!(Country::from_code("DE"), Some(Country::default()));
    }

    #[test]
    fn what_is_no_country() {
        for code in ["", "D", "XX", "ZZ", "DEU", "001", "49", "D€", "ä"] {
            assert_eq!(Country::from_code(code), None, "{code}");
        }
    }
}
