package dev.aloft.store;

/// One of several users of a store at the same time, each with a fair share of its connections and memory.
///
/// @param name one share for each; for messages, such as `site example`
/// @param wanted called every moment while the tenant waits for some of its share to be given back, so that it can end
///     what holds it; must be quick, must not fail, and asks nothing of the store
public record Tenant(String name, Runnable wanted) {

    /// A program that has the store to itself.
    static final Tenant ALONE = new Tenant("this program", () -> {});
}
