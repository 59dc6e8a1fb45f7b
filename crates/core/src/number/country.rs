use super::library::{self, Region};

/// The country whose rules national numbers follow: an ISO 3166 region that has phone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country {
    region: Region,
    national_prefix: &'static str,
}

impl Default for Country {
    /// Germany, as everywhere in the contract.
    fn default() -> Self {
        Self {
            region: Region::DE,
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

/// All countries that have phone numbers, by what is dialled before a national number there:
/// `nationalPrefix` in libphonenumber's metadata (resources/PhoneNumberMetadata.xml, 9.0.33), which
/// the library keeps to itself.
const BY_PREFIX: [(&str, &str); 5] = [
    (
        "0",
        "AE AF AL AM AR AT AU AX AZ BA BD BE BG BL BO BR CC CD CH CN CO CU CX DE DZ EC EG EH ER ET \
         FI FR GB GE GF GG GH GP HR ID IE IL IM IN IQ IR JE JO JP KE KG KH KI KP KR LA LB LI LK LR \
         LT LY MA MC MD ME MF MG MK MM MN MQ MW MY NA NG NL NP NZ PE PH PK PM PS PY RE RO RS RW SA \
         SD SE SI SK SL SO SS SY TH TR TW TZ UA UG UY VE VN XK YE YT ZA ZM ZW",
    ),
    (
        "",
        "AC AD AO AW BF BH BI BJ BN BQ BT BW BZ CF CG CI CK CL CM CR CV CW CY CZ DJ DK EE ES FJ FK \
         FM FO GA GI GL GM GN GQ GR GT GW GY HK HN HT IO IS IT KM KW LS LU LV ML MO MR MT MU MV MX \
         MZ NC NE NF NI NO NR NU OM PA PF PG PL PT PW QA SB SC SG SH SJ SM SN SR ST SV SZ TA TD TG \
         TJ TK TL TN TO TV UZ VA VU WF WS",
    ),
    (
        "1",
        "AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MH MP MS PR SX TC TT US VC VG VI",
    ),
    ("8", "BY KZ RU TM"),
    ("06", "HU"),
];

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
    ///
    /// Known without libphonenumber's data, which are loaded for the first number.
    pub fn from_code(code: &str) -> Option<Self> {
        let has_it = |codes: &str| (codes.split(' ')).any(|one| one.eq_ignore_ascii_case(code));
        let (national_prefix, _) = BY_PREFIX.iter().find(|(_, codes)| has_it(codes))?;
        Some(Self {
            region: Region::from_code(code).ok()?,
            national_prefix,
        })
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
        library::calling_code(self.region).unwrap_or_default()
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
        self.national_prefix == "1" && self.region != Region::MH
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
    fn countries_are_those_that_have_phone_numbers() {
        let mut countries = 0;
        for pair in LETTER_PAIRS.chunks(2) {
            let code = std::str::from_utf8(pair).unwrap();
            let calling_code = (Region::from_code(code).ok()).and_then(library::calling_code);
            let country = Country::from_code(code);
            assert_eq!(country.map(Country::calling_code), calling_code, "{code}");
            if let Some(country) = country {
                countries += 1;
                let expected = calling_code == Some(1);
                assert_eq!(country.is_north_american(), expected, "{code}");
            }
        }
        assert!(countries > 240, "{countries}");
    }

    #[test]
    fn what_is_no_country() {
        for code in ["", "D", "XX", "ZZ", "DEU", "001", "49", "D€", "ä"] {
            assert_eq!(Country::from_code(code), None, "{code}");
        }
    }
}
