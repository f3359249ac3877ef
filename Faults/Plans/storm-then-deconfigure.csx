// Thread scenario 1, and then its third. The guest was first: the driver's ZAPQ is answered RESET_IN_PROGRESS and the driver waits. After the
// first or the second such ZAPQ, that is during the wait, the adapter is deconfigured; it may come back before the driver gives up.
Plan("storm-then-deconfigure", "the guest issues ZAPQ right before its device is closed, and while the driver waits the adapter is deconfigured");

var close = Operation("close-device").Entry();
Fault("guest-zapq").On(close).With("duration", "5s").With("count", 0);
foreach (var nth in new[] { 1, 2 })
{
    Fault("deconfigure").On(Instruction("zapq").By("driver").After().Nth(nth).Chance(0.5).After(close)).With("duration", OneOf("10ms", "never"));
}
