package dev.aloft.server.uploads;

import dev.aloft.server.cache.Origin;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/// An origin that answers an upload denied by the rules of its folders as missing.
///
/// It stands behind the cache, so a cached answer was allowed when S3 was last asked, and a new denial takes effect
/// as late as a change of the upload itself would. A hit costs nothing. A missing upload costs one request, because
/// the rules are read only for uploads that exist.
///
/// @param key the upload that a request asks for
/// @param denied the answer for a denied upload; for clients the same as for a missing one
record HtaccessGuard(
        Origin origin, ServingPolicy policy, Function<Origin.Request, ObjectKey> key, Supplier<Origin.Answer> denied)
        implements Origin {

    @Override
    public String name() {
        return origin.name();
    }

    @Override
    public boolean isExact() {
        return origin.isExact();
    }

    @Override
    public Duration memory(Origin.Request request) {
        return origin.memory(request);
    }

    @Override
    public Origin.Answer ask(Origin.Request request) throws IOException {
        Origin.Answer answer = origin.ask(request);
        if (answer.status() == 404) {
            return answer;
        }
        boolean allowed = false;
        try {
            allowed = !policy.denies(key.apply(request));
            return allowed ? answer : denied.get();
        } catch (IOException e) {
            throw Origin.Failure.of(e);
        } finally {
            if (!allowed) {
                answer.close();
            }
        }
    }
}
