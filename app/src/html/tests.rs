use super::Html;

#[test]
fn what_ends_a_text_or_a_value_is_escaped() {
    let mut html = Html::default();
    html.element("a", &[("href", "/?q=\"><script>'&")], "<b> & 'c' \u{fc}\"");
    assert_eq!(
        html.finish(),
        "<a href=\"/?q=&quot;&gt;&lt;script&gt;&#39;&amp;\">&lt;b&gt; &amp; &#39;c&#39; \u{fc}&quot;</a>"
    );
}

#[test]
fn an_attribute_without_a_value_is_a_flag() {
    let mut html = Html::default();
    html.open("tr", &[("data-row", "crm"), ("hidden", "")]).close("tr");
    assert_eq!(html.finish(), "<tr data-row=\"crm\" hidden></tr>");
}
