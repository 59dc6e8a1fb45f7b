//! Samples, and what is said of them.

/// Times in microseconds, sorted.
#[derive(Debug, Default)]
pub(crate) struct Sample(Vec<u32>);

impl Sample {
    /// Of these times.
    pub(crate) fn new(mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a thousand do not exceed, in milliseconds.
    pub(crate) fn permille(&self, permille: usize) -> f64 {
        let place = (self.0.len() * permille / 1000).min(self.0.len().saturating_sub(1));
        self.0
            .get(place)
            .map_or(0.0, |&time| f64::from(time) / 1000.0)
    }

    /// The longest, in milliseconds.
    pub(crate) fn longest(&self) -> f64 {
        self.permille(1000)
    }
}

/// The middle one.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Each of these divided by its partner of the same round, and the middle one of that.
pub(crate) fn median_ratio(above: &[f64], below: &[f64]) -> f64 {
    let ratios: Vec<f64> = above.iter().zip(below).map(|(a, b)| a / b).collect();
    median(&ratios)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permilles_are_of_the_sorted_times() {
        let sample = Sample::new((1..=1000).rev().map(|n| n * 1000).collect());
        assert!((sample.permille(500) - 501.0).abs() < 1e-9);
        assert!((sample.longest() - 1000.0).abs() < 1e-9);
        assert!(Sample::default().longest().abs() < 1e-9);
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median_ratio(&[2.0, 9.0, 4.0], &[1.0, 3.0, 1.0]) - 3.0).abs() < 1e-9);
        assert!(median(&[]).is_nan());
    }
}
