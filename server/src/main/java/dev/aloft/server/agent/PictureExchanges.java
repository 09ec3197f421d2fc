package dev.aloft.server.agent;

import dev.aloft.files.FilePath;
import dev.aloft.server.editor.PictureEditor;
import dev.aloft.store.Lease;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// The exchanges of the agent's protocol that make pictures of a file: [RenditionExchange] does the work.
record PictureExchanges(AgentSite site) {

    /// Stores renditions of a file, by the names and parameters in the body.
    void render(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        PictureEditor editor = site.services().requireEditor(site.uri(path));
        List<RenditionOrder> orders;
        try (Lease room = site.files().room("read the names of pictures")) {
            orders = Json.orders(new ByteArrayInputStream(request.names(room)));
        }
        String json;
        try (InterimResponses _ = answer.progress()) {
            json = new RenditionExchange(site, editor)
                    .answer(path, request.version(), request.maxAge(Duration.ZERO), orders);
        }
        answer.json(json);
    }

    /// Sends a rendition of a file, by the parameters in the body.
    void preview(FilePath path, ExchangeRequest request, ExchangeResponse answer) throws IOException {
        PictureEditor editor = site.services().requireEditor(site.uri(path));
        String query;
        try (Lease room = site.files().room("read the parameters of a picture")) {
            query = new String(request.names(room), StandardCharsets.UTF_8);
        }
        PictureEditor.Picture picture;
        try (InterimResponses _ = answer.progress()) {
            picture = new RenditionExchange(site, editor)
                    .picture(path, request.version(), request.maxAge(Duration.ZERO), query);
        }
        answer.bytes(picture.type(), List.of(picture.bytes()));
    }
}
