package dev.aloft.server.uploads;

import dev.aloft.server.cache.Origin;
import dev.aloft.server.cache.OriginAnswer;
import dev.aloft.server.cache.OriginFailure;
import dev.aloft.server.cache.OriginRequest;
import dev.aloft.store.ObjectKey;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;

/// An origin that says nothing of what folders' rules keep back: it answers as if that were not there.
///
/// It stands behind the cache. So what is held was allowed when S3 was asked last, and a denial is as late as a change
/// of the upload itself would be; a hit costs nothing, and what is missing costs one request as ever: the rules are
/// read only for what is there.
///
/// @param key of the upload that a request is about
/// @param denied the answer for what the rules keep back; to clients the same as for what is missing
record HtaccessGuard(
        Origin origin, ServingPolicy policy, Function<OriginRequest, ObjectKey> key, Supplier<OriginAnswer> denied)
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
    public OriginAnswer ask(OriginRequest request) throws IOException {
        OriginAnswer answer = origin.ask(request);
        if (answer.status() == 404) {
            return answer;
        }
        boolean allowed = false;
        try {
            allowed = !policy.keepBack(key.apply(request));
            return allowed ? answer : denied.get();
        } catch (IOException e) {
            throw OriginFailure.of(e);
        } finally {
            if (!allowed) {
                answer.close();
            }
        }
    }
}
