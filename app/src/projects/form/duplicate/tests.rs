use model::Project;

use super::CreateForm;
use crate::projects::sample;

#[test]
fn a_duplicate_has_everything_but_what_is_of_the_project_alone() {
    let project = Project {
        env: serde_json::from_str(r#"{"A": "text", "KEY": {"secret": "API_KEY"}}"#).unwrap(),
        ..sample::project()
    };
    let form = CreateForm::duplicate(&project);
    assert_eq!((form.id.as_str(), form.display_name.as_str(), form.hostname.as_str()), ("", "", ""));
    assert_eq!((form.aliases.as_str(), form.admin_email.as_str(), form.reuse.as_str()), ("", "", ""));
    let draft = CreateForm { id: "other".into(), ..form }.draft().unwrap();
    let new = draft.validate().unwrap();
    assert_eq!((&new.schema_ref, &new.env), (&project.schema_ref, &project.env));
    assert_eq!(new.limits.over(model::Limits::default()), project.limits);
    assert_eq!((new.release, new.pool_size), (project.release, Some(project.pool_size)));
    assert_eq!((new.labels, new.class), (project.labels, project.class));
    assert_eq!(new.database_server.unwrap().as_str(), project.database_server);
}
