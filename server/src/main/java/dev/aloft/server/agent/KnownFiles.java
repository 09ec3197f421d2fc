package dev.aloft.server.agent;

import dev.aloft.files.FileStat;
import dev.aloft.files.FileTree;
import java.io.IOException;
import java.util.Optional;

/// The answers to what PHP asks most often, about files that are known: without waiting, and so on any thread. Safe for
/// many threads.
final class KnownFiles {

    private final AgentSite site;
    private final FileTree files;

    KnownFiles(AgentSite site) {
        this.site = site;
        this.files = site.files();
    }

    /// Answers a request if that needs no wait.
    ///
    /// @return false if nothing is answered yet
    boolean answer(ExchangeRequest request, ExchangeResponse answer) {
        String method = request.method();
        if (!method.equals("HEAD") && !method.equals("OPTIONS")) {
            return false;
        }
        try {
            Target target = request.target();
            return !target.directory()
                    && !site.keepsOnHost(target.path())
                    && (method.equals("HEAD") ? head(target, request, answer) : options(target, answer));
        } catch (IOException | RuntimeException e) {
            return false; // A refusal may have to wait for the client.
        }
    }

    private boolean head(Target target, ExchangeRequest request, ExchangeResponse answer) {
        Optional<FileStat.File> file = files.known(target.path(), request.maxAge(FileTree.STAT_AGE));
        file.ifPresent(answer::file);
        return file.isPresent();
    }

    private boolean options(Target target, ExchangeResponse answer) throws IOException {
        files.requireWritable(target.path());
        answer.fileMethods();
        return true;
    }
}
