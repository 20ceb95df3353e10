import hashlib
from hpcp_rules.model.source import Block, SourceDocument
from hpcp_rules.text.fold import nfc
def read_text(text, name="văn bản"):
    t=nfc(text); bl=[]; i=0
    for l in t.split('\n'):
        if l.strip(): bl.append(Block(i,i+len(l)))
        i+=len(l)+1
    return SourceDocument(name,'text/plain',t,tuple(bl),sha256=hashlib.sha256(t.encode()).hexdigest())
def read_file(path): return read_text(open(path,encoding='utf-8').read(), str(path))
def read_bytes(data,name): return read_text(data.decode(),name)
