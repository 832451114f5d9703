use bollard::models::CreateImageInfo;
use serde_json::json;

use super::Pull;

#[test]
fn the_layers_are_summed_up() {
    let mut pull = Pull::default();
    assert_eq!(pull.to_string(), "asking the registry");
    let mut hear = |line| {
        pull.hear(&serde_json::from_value::<CreateImageInfo>(line).unwrap());
        pull.to_string()
    };
    assert_eq!(hear(json!({"status": "Pulling from atomo/server", "id": "1.4"})), "asking the registry");
    hear(json!({"status": "Pulling fs layer", "id": "a"}));
    assert_eq!(hear(json!({"status": "Waiting", "id": "b"})), "0 B of 0 B, 0 of 2 layers");
    let some = json!({"status": "Downloading", "id": "a", "progressDetail": {"current": 1_000_000, "total": 4_000_000}});
    assert_eq!(hear(some), "1.0 MB of 4.0 MB, 0 of 2 layers");
    hear(json!({"status": "Download complete", "id": "a"}));
    assert_eq!(hear(json!({"status": "Already exists", "id": "b"})), "4.0 MB of 4.0 MB, 2 of 2 layers");
}
