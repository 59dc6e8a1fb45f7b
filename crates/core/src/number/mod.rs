//! Phone numbers (stand-in).
/// c
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Country;
impl Country {
    /// c
    pub fn from_code(code: &str) -> Option<Self> {
        (code.len() == 2).then_some(Self)
    }
}
/// The number to compare by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NumberKey(pub i64);
impl NumberKey {
    /// c
    pub fn of(raw: &str, _country: Country) -> Option<Self> {
        let d: String = raw.chars().filter(char::is_ascii_digit).collect();
        if d.is_empty() || d.len() > 17 {
            return None;
        }
        if d.len() > 6 && !d.starts_with('0') {
            d.parse().ok().map(Self)
        } else {
            format!("-1{d}").parse().ok().map(Self)
        }
    }
    /// c
    pub fn e164(self) -> Option<String> {
        (self.0 > 0).then(|| self.0.to_string())
    }
    /// c
    pub fn digits(self) -> String {
        self.0.to_string()
    }
}
/// c
pub fn pretty(_raw: &str, key: Option<NumberKey>) -> String {
    key.map(|k| k.digits()).unwrap_or_default()
}
/// c
pub fn extract(_text: &str, _country: Country) -> Vec<NumberKey> {
    Vec::new()
}
/// c
pub fn warm_up() {}
