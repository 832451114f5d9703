use super::*;

fn memory(text: &str) -> Option<u64> {
    MemoryLimit::try_from(text.to_owned()).ok().map(MemoryLimit::bytes)
}

#[test]
fn memory_is_given_with_a_unit_or_in_bytes() {
    assert_eq!(memory("512 MiB"), Some(512 << 20));
    assert_eq!(memory("512mib"), Some(512 << 20));
    assert_eq!(memory("1.5 GB"), Some(1_500_000_000));
    assert_eq!(memory("536870912"), Some(512 << 20));
    for wrong in
        ["", "512", "15 MiB", "2 TiB", "512 M", "lots", "-1 GB", "1..5 GB", "99999999999999999999 GiB"]
    {
        assert_eq!(memory(wrong), None, "{wrong}");
    }
}

#[test]
fn a_limit_reads_as_it_was_given() {
    for text in ["512 MiB", "2 GiB", "500 MB"] {
        assert_eq!(MemoryLimit::try_from(text.to_owned()).unwrap().to_string(), text);
    }
    for text in ["0.5", "1", "1.25", "0.05"] {
        assert_eq!(CpuLimit::try_from(text.to_owned()).unwrap().to_string(), text);
    }
}

#[test]
fn processors_are_numbers_with_at_most_three_decimals() {
    let millis = |text: &str| CpuLimit::try_from(text.to_owned()).ok().map(CpuLimit::millis);
    assert_eq!(millis("0.25"), Some(250));
    assert_eq!(millis("128"), Some(128_000));
    for wrong in ["", "0", "0.01", "129", "1.2345", ".5", "-1", "1e3", "NaN", "one", "4294967296"] {
        assert_eq!(millis(wrong), None, "{wrong}");
    }
}

#[test]
fn limits_survive_json_as_plain_numbers() {
    let limits = Limits::default();
    let json = serde_json::json!(limits);
    assert_eq!(json, serde_json::json!({"memory": 536_870_912, "cpu": 1.0, "pids": 256, "restarts": 10}));
    assert_eq!(serde_json::from_value::<Limits>(json).unwrap(), limits);
}

#[test]
fn a_draft_takes_numbers_and_texts_and_names_every_wrong_field() {
    let draft = |json| serde_json::from_value::<LimitsDraft>(json).unwrap();
    let mut errors = Vec::new();
    let edit = draft(serde_json::json!({"memory": "1 GiB", "cpu": 0.5, "pids": 100})).validate(&mut errors);
    assert_eq!(errors, vec![]);
    let limits = edit.over(Limits::default());
    assert_eq!(limits.instance.memory.bytes(), 1 << 30);
    assert_eq!(
        (limits.instance.cpu.millis(), limits.instance.pids.get(), limits.restarts.get()),
        (500, 100, 10)
    );
    draft(serde_json::json!({"memory": -5, "cpu": "x", "pids": 1, "restarts": 0})).validate(&mut errors);
    let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["limits.memory", "limits.cpu", "limits.pids", "limits.restarts"]);
}
