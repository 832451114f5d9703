use super::passes;

#[test]
fn what_passes_is_tried_again_and_what_is_refused_is_not() {
    let passing = [
        "08006", "25006", "40001", "40P01", "53100", "53300", "55006", "55P03", "57014", "57P01", "57P03",
        "58030", "XX000",
    ];
    assert_eq!(passing.iter().filter(|code| !passes(code)).collect::<Vec<_>>(), [&""; 0]);
    let refused = ["23505", "25P02", "28P01", "42501", "42P01", "XX001", "22P02"];
    assert_eq!(refused.iter().filter(|code| passes(code)).collect::<Vec<_>>(), [&""; 0]);
}
