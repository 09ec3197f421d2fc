package dev.aloft.store;

/// One of several users of a store at the same time, each with a fair share of its connections and memory.
///
/// @param name one share for each; for messages, such as `site example`
/// @param wanted called every moment while the tenant waits for some of its share to be given back, so that it can end
///     what holds it; must be quick, must not fail, and asks nothing of the store
/// @param counts counts the tenant's requests; several tenants may have one in common
public record Tenant(String name, Runnable wanted, RequestCounts counts) {

    /// A program that has the store to itself.
    static final Tenant ALONE = new Tenant("this program", () -> {});

    /// A tenant with counts of its own.
    public Tenant(String name, Runnable wanted) {
        this(name, wanted, new RequestCounts());
    }
}
