use std::time::Duration;

/// What comes within a certain time. Fails, naming `what`, when it does not.
pub async fn in_time<T>(time: Duration, what: &str, coming: impl Future<Output = T>) -> T {
    let come = tokio::time::timeout(time, coming).await;
    come.unwrap_or_else(|_| panic!("{what}: not within {time:?}"))
}
