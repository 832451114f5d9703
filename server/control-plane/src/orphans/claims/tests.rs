use super::*;

fn id(text: &str) -> ProjectId {
    text.parse().unwrap()
}

#[test]
fn an_id_is_made_by_several_or_freed_by_one() {
    let claims = Claims::default();
    let creates = (claims.create(&id("shop")).unwrap(), claims.create(&id("shop")).unwrap());
    assert!(claims.remove(&id("shop")).is_none(), "it is being made");
    assert!(claims.remove(&id("blog")).is_some(), "another id is nobody's");
    drop(creates);
    let freed = claims.remove(&id("shop")).unwrap();
    assert!(claims.create(&id("shop")).is_none() && claims.remove(&id("shop")).is_none());
    drop(freed);
    assert!(claims.create(&id("shop")).is_some());
}
