//! The plan of a simulation: what is reported when. The same seed gives the same plan.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::arrivals::Arrivals;
use super::bridge;
use super::call::Step;
use super::mix::Mix;
use super::story::{Desk, story};

/// What to simulate.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) mix: Mix,
    pub(crate) arrivals: Arrivals,
    /// How many calls; without it as many as arrive.
    pub(crate) count: Option<u64>,
    /// Whether events come twice or in the wrong order now and then.
    pub(crate) untidy: bool,
}

/// The steps of a simulation in order of time, made as they are asked for: a plan without an end
/// takes no more memory than the calls that run.
#[derive(Debug)]
pub(crate) struct Plan {
    rng: Rng,
    setting: Setting,
    desk: Desk,
    begun: u64,
    /// When the next call begins.
    next: Option<u64>,
    /// Steps of calls that have begun, by time and then in the order they were made.
    waiting: BTreeMap<(u64, u64), Step>,
    made: u64,
}

impl Plan {
    /// The plan of this seed.
    pub(crate) fn new(seed: u64, setting: Setting) -> Self {
        let mut rng = Rng::with_seed(seed);
        let next = setting.arrivals.next(None, &mut rng);
        Self {
            rng,
            setting,
            desk: Desk::default(),
            begun: 0,
            next,
            waiting: BTreeMap::new(),
            made: 0,
        }
    }

    fn begin_call(&mut self, start: u64) {
        let rng = &mut self.rng;
        let kind = self.setting.mix.pick(rng);
        let mut steps = story(self.begun, kind, start, &mut self.desk, rng);
        if self.setting.untidy {
            steps = bridge::disturb(steps, rng);
        }
        for step in steps {
            self.waiting.insert((step.at, self.made), step);
            self.made += 1;
        }
        self.begun += 1;
        self.next = self.setting.arrivals.next(Some(start), rng);
    }
}

impl Iterator for Plan {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        // No step of a call is earlier than its begin.
        while let Some(start) = self.next
            && self.setting.count.is_none_or(|count| self.begun < count)
            && self
                .waiting
                .first_key_value()
                .is_none_or(|((at, _), _)| start <= *at)
        {
            self.begin_call(start);
        }
        self.waiting.pop_first().map(|(_, step)| step)
    }
}

/// The whole plan of a seed.
#[cfg(test)]
pub(crate) fn plan(seed: u64, setting: &Setting) -> Vec<Step> {
    Plan::new(seed, setting.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use offhook_core::call::{Cause, Direction};

    use super::*;
    use crate::cmd::simulate::call::{Event, Taker};

    fn setting(mix: &str, count: u64, untidy: bool) -> Setting {
        Setting {
            mix: mix.parse().unwrap(),
            arrivals: Arrivals::Steady { per_minute: 20.0 },
            count: Some(count),
            untidy,
        }
    }

    const ALL: &str = "answered=48,missed=14,busy=4,voicemail=6,forwarded=4,outbound=24";

    #[test]
    fn a_seed_is_a_plan() {
        let setting = setting(ALL, 200, true);
        assert_eq!(plan(3, &setting), plan(3, &setting));
        assert_ne!(plan(3, &setting), plan(4, &setting));
        let endless = Setting {
            count: None,
            ..setting.clone()
        };
        let first: Vec<Step> = Plan::new(3, endless).take(300).collect();
        assert_eq!(first, plan(3, &setting)[..300]);
    }

    #[test]
    fn sorted_by_time_and_every_call_begins_and_ends() {
        for (seed, untidy) in [(1, false), (2, true), (3, true)] {
            let steps = plan(seed, &setting(ALL, 500, untidy));
            assert!(steps.is_sorted_by_key(|step| step.at));
            let mut calls: HashMap<u64, Vec<&Step>> = HashMap::new();
            for step in &steps {
                calls.entry(step.call.number).or_default().push(step);
            }
            assert_eq!(calls.len(), 500);
            let mut disturbed = 0;
            for told in calls.values() {
                let count = |wanted: fn(&Event) -> bool| {
                    told.iter().filter(|step| wanted(&step.event)).count()
                };
                let new = count(|event| matches!(event, Event::NewCall));
                let ends = count(|event| matches!(event, Event::Hangup { .. }));
                assert!(new >= 1 && ends >= 1, "{told:?}");
                let lasts: Vec<bool> = told.iter().map(|step| step.last).collect();
                assert_eq!(lasts.iter().filter(|last| **last).count(), 1);
                assert_eq!(lasts.last(), Some(&true));
                let tidy = told.is_sorted_by_key(|step| step.happened)
                    && told.iter().all(|step| step.at == step.happened)
                    && told.len()
                        == told
                            .iter()
                            .map(|step| step.at)
                            .collect::<HashSet<_>>()
                            .len();
                disturbed += usize::from(!tidy);
            }
            assert_eq!(disturbed > 0, untidy, "{disturbed}");
            assert!(disturbed < 100, "{disturbed}");
        }
    }

    #[test]
    fn calls_overlap_but_hardly_anybody_talks_twice() {
        let mut slow = setting(ALL, 500, false);
        slow.arrivals = Arrivals::Steady { per_minute: 2.0 };
        let (mut open, mut most) = (0_i32, 0);
        let mut talking: HashMap<&str, u64> = HashMap::new();
        let mut twice = 0;
        for step in plan(5, &slow) {
            match step.event {
                Event::NewCall => open += 1,
                Event::Answer(Taker::Agent(agent)) => {
                    let other = talking.insert(agent.login, step.call.number);
                    twice += i32::from(other.is_some());
                }
                Event::Answer(_) => {}
                Event::Hangup { taken, .. } => {
                    open -= 1;
                    if let Some(Taker::Agent(agent)) = taken {
                        talking.remove(agent.login);
                    }
                }
            }
            most = most.max(open);
        }
        assert_eq!(open, 0);
        assert!(most > 2, "{most}");
        assert!(twice < 5, "{twice}");
    }

    #[test]
    fn the_mix_is_kept() {
        let kind = |steps: &[&Step]| {
            let answered = steps.iter().find_map(|step| match &step.event {
                Event::Answer(taker) => Some(*taker),
                _ => None,
            });
            let cause = steps.iter().find_map(|step| match &step.event {
                Event::Hangup { cause, .. } => Some(*cause),
                _ => None,
            });
            match (steps[0].call.direction, answered, cause) {
                (Direction::Out, ..) => "outbound",
                (_, Some(Taker::Mailbox), _) => "voicemail",
                (_, Some(_), _) => "answered",
                (_, _, Some(Cause::Busy)) => "busy",
                (_, _, Some(Cause::Forwarded)) => "forwarded",
                _ => "missed",
            }
        };
        for (mix, expected) in [
            ("missed=1", vec![("missed", 2000)]),
            (
                "answered=1,outbound=3",
                vec![("answered", 500), ("outbound", 1500)],
            ),
            (
                ALL,
                vec![
                    ("answered", 960),
                    ("missed", 280),
                    ("busy", 80),
                    ("voicemail", 120),
                    ("forwarded", 80),
                    ("outbound", 480),
                ],
            ),
        ] {
            let steps = plan(11, &setting(mix, 2000, true));
            let mut calls: HashMap<u64, Vec<&Step>> = HashMap::new();
            for step in &steps {
                calls.entry(step.call.number).or_default().push(step);
            }
            let mut counts: HashMap<&str, i32> = HashMap::new();
            for told in calls.values() {
                *counts.entry(kind(told)).or_default() += 1;
            }
            assert_eq!(counts.len(), expected.len(), "{mix}: {counts:?}");
            for (word, wanted) in expected {
                let off = counts[word] - wanted;
                assert!(off.abs() <= 60, "{mix}: {word} {}", counts[word]);
            }
        }
    }
}
