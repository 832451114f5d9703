use super::{SchemaRef, SchemaRefDraft, VolumePath};

fn volume(path: &str, content: &str) -> SchemaRefDraft {
    SchemaRefDraft { r#ref: content.repeat(40), ..SchemaRefDraft::of_volume(path) }
}

#[test]
fn a_volume_survives_json_and_keeps_its_parts() {
    let made = volume("/srv/schemas/crm.ts", "a").validate().unwrap();
    let json = serde_json::to_value(&made).unwrap();
    let expected = serde_json::json!({
        "type": "volume", "path": "/srv/schemas/crm.ts", "ref": "a".repeat(40),
    });
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_value::<SchemaRef>(json).unwrap(), made);
    assert_eq!((made.repo(), made.path(), made.is_volume()), (None, "/srv/schemas/crm.ts", true));
    assert_eq!(made.draft().validate().unwrap(), made);
}

#[test]
fn two_contents_of_a_file_are_the_same_file_and_another_type_is_not() {
    let [a, b] = ["a", "b"].map(|content| volume("/srv/s.ts", content).validate().unwrap());
    assert!(a.is_same_file(&b) && a != b);
    let git = SchemaRefDraft {
        r#type: "git".into(),
        repo: "https://example.test/schemas".into(),
        path: "srv/s.ts".into(),
        r#ref: "a".repeat(40),
    };
    assert!(!git.validate().unwrap().is_same_file(&a));
}

#[test]
fn a_path_is_absolute_and_plain() {
    for path in ["", "schema.ts", "/", "/srv//s.ts", "/srv/../etc/s.ts", "/srv/./s.ts", "/srv/s.ts/", "/a\nb"]
    {
        assert!(path.parse::<VolumePath>().is_err(), "{path:?}");
    }
    assert_eq!(" /srv/s.ts ".parse::<VolumePath>().unwrap().as_str(), "/srv/s.ts");
}

#[test]
fn wrong_fields_are_named() {
    let fields = |draft: SchemaRefDraft| -> Vec<String> {
        let errors = draft.validate().unwrap_err();
        errors.into_iter().map(|error| error.field).collect()
    };
    assert_eq!(fields(volume("s.ts", "x")), ["schema_ref.path", "schema_ref.ref"]);
    let with_repo = SchemaRefDraft { repo: "https://x.test/y".into(), ..volume("/s.ts", "a") };
    assert_eq!(fields(with_repo), ["schema_ref.repo"]);
    let other = SchemaRefDraft { r#type: "ftp".into(), ..volume("/s.ts", "a") };
    assert_eq!(fields(other)[0], "schema_ref.type");
}
