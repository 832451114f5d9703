use super::routes;

#[test]
fn the_routes_of_the_machine_are_read_without_the_default_one() {
    let table = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n\
        eth0 00000000 0102000A 0003 0 0 0 00000000 0 0 0\n\
        eth0 0002000A 00000000 0001 0 0 0 00FFFFFF 0 0 0\n\
        br-1 1000D50A 00000000 0001 0 0 0 F0FFFFFF 0 0 0\n";
    assert_eq!(routes(table), ["10.0.2.0/24", "10.213.0.16/28"]);
    assert!(routes("").is_empty());
}
