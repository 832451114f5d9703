use super::*;

const WINDOW: Duration = Duration::from_mins(1);

#[test]
fn the_budget_is_refilled_all_at_once_when_the_window_ends() {
    let limiter = RateLimiter::new(2, WINDOW);
    let start = Instant::now();
    assert_eq!(limiter.take("a", start), Ok(()));
    assert_eq!(limiter.take("a", start), Ok(()));
    let later = start + Duration::from_secs(20);
    assert_eq!(limiter.take("a", later), Err(RetryAfter(Duration::from_secs(40))));
    assert_eq!(limiter.take("b", later), Ok(()));
    assert_eq!(limiter.take("a", start + WINDOW), Ok(()));
}

#[test]
fn the_first_hop_is_the_client_and_all_others_share_one_bucket() {
    assert_eq!(client(Some("203.0.113.7, 10.0.0.1")), "203.0.113.7");
    assert_eq!(client(Some(" ")), ANONYMOUS);
    assert_eq!(client(None), ANONYMOUS);
}

#[test]
fn probes_and_log_in_are_exempt_but_metrics_are_not() {
    for path in ["/health", "/ready", "/auth", "/auth/login"] {
        assert!(is_exempt(path), "{path}");
    }
    for path in ["/metrics", "/version", "/meta/schema", "/admin/", "/authors", "/health/x"] {
        assert!(!is_exempt(path), "{path}");
    }
}
