package dev.aloft.server.edge;

import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/// A request as it is passed on: without the headers that the site behind must not see from a client.
///
/// `Expect` is one of them: the edge itself tells the client to go on when the body is read. A request that waits for
/// its site does not count as an idle client.
final class ForwardedRequest extends Request.Wrapper {

    private final HttpFields headers;

    ForwardedRequest(Request request, Predicate<HttpField> passes) {
        super(request);
        HttpFields.Mutable kept = HttpFields.build();
        for (HttpField field : request.getHeaders()) {
            if (field.getHeader() != HttpHeader.EXPECT && passes.test(field)) {
                kept.add(field);
            }
        }
        this.headers = kept.asImmutable();
        request.addIdleTimeoutListener(idle -> false);
    }

    @Override
    public HttpFields getHeaders() {
        return headers;
    }
}
