package dev.aloft.server.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.aloft.files.FilePath;
import dev.aloft.files.FileTree;
import dev.aloft.server.agent.RawClient.Answer;
import dev.aloft.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// An agent of one bucket of a store, with a client that notes what the protocol's page describes.
///
/// @param page that rows of are seen
record VersionsAgent(Agent agent, RawClient client, ProtocolPage page) implements AutoCloseable {

    /// @param folder for its socket
    static VersionsAgent of(Store store, String bucket, Path folder, ProtocolPage page) throws IOException {
        Path socket = folder.resolve(bucket);
        FileTree files = new FileTree(store.bucket(bucket), FilePath.of("uploads"));
        Agent agent = Agent.start(List.of(new AgentSite("test", socket, null, files, 1 << 20)));
        return new VersionsAgent(agent, RawClient.connect(socket), page);
    }

    Answer put(String target, String text, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Length: " + text.length());
        client.send(AgentProtocolSuite.request("PUT", target, all.toArray(String[]::new)));
        client.send(text.getBytes(UTF_8));
        return client.readFinal("PUT");
    }

    Answer restore(String target, String id) throws IOException {
        return exchange("POST", target + "?restore=" + id);
    }

    Answer exchange(String method, String target, String... headers) throws IOException {
        client.send(AgentProtocolSuite.request(method, target, headers));
        Answer answer = client.readFinal(method);
        page.see(method, target, answer.status());
        return answer;
    }

    List<String> ids(String target) throws IOException {
        return Pattern.compile("\"id\":\"([^\"]+)\"")
                .matcher(exchange("GET", target + "?versions").text())
                .results()
                .map(MatchResult::group)
                .map(group -> group.substring("\"id\":\"".length(), group.length() - 1))
                .toList();
    }

    @Override
    public void close() throws IOException {
        client.close();
        agent.close();
    }
}
