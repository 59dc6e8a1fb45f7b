use std::time::Duration;

use crate::PATIENCE;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until there is an answer: for what nothing tells of, as the stream does of calls
/// ([`Client::once_told`](crate::Client::once_told)). Fails, naming `what`, when there is none for
/// too long.
pub async fn until<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// The same, for what must happen within a certain time.
pub async fn within<T>(time: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(answer) = look().await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    in_time(time, what, looking).await
}

/// What comes within a certain time. Fails, naming `what`, when it does not.
pub async fn in_time<T>(time: Duration, what: &str, coming: impl Future<Output = T>) -> T {
    let come = tokio::time::timeout(time, coming).await;
    come.unwrap_or_else(|_| panic!("{what}: not within {time:?}"))
}
