PRAGMA application_id = 1702391671;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'exowatch','m001_facts_and_derivations','2026-11-22 21:23:41.669757+00:00');
CREATE TABLE acceptances (
    id integer primary key,
    source text not null,
    at text not null,
    what text not null check (what in ('missing')),
    by text not null,
    reason text not null
) strict;
INSERT INTO "acceptances" VALUES(1,'letters','2025-08-10T08:00:00.000000Z','missing','Kim','they moved');
CREATE TABLE aliases (
    document integer primary key references documents (ref),
    stands_for integer not null references documents (ref),
    reason text not null
) strict;
CREATE TABLE bodies (
    id integer primary key,
    sha256 text not null unique,
    size integer not null,
    codec text not null,
    dictionary text references bodies (sha256),
    data blob not null
) strict;
INSERT INTO "bodies" VALUES(1,'b7d88d29c7f6a17f7388dd3c2fdadce723a97b6749eb6d3e91a310fc6c114c14',26,'zstd',NULL,X'28B52FFD201A9D000058726F77206F6620610A62630200800866E508');
INSERT INTO "bodies" VALUES(2,'d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09',8,'zstd',NULL,X'28B52FFD2008410000726F77206F662061');
INSERT INTO "bodies" VALUES(3,'8974ceb6bb9f84dcc7c4adedee51c586a252a6e75c946c40da5e8de479befb5a',8,'zstd-dict','d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09',X'28B52FFD2008410000726F77206F662062');
INSERT INTO "bodies" VALUES(4,'85c385bc5403ec089c7a79ceb6251f1948e27a86d54eea713f7838412b938b9e',8,'zstd-dict','d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09',X'28B52FFD2008410000726F77206F662063');
INSERT INTO "bodies" VALUES(5,'07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',2151,'zstd',NULL,X'28B52FFD6067078D020002C51017A0A739701D4904BC7CF9D7CA664BEBAD71473B96FDF71A8942FF06B8F0F36A51358C32CF5B7C62B8523B34CD0B50393CD47679C94D1388D5F0987A10A81EF5E4172202005880C17908605F4101');
INSERT INTO "bodies" VALUES(6,'5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150',64,'zstd-dict','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',X'28B52FFD20402D0100C82320486561645C6E4F66732E5C6E7C206F6E65207C2074776F030043FC3A05D26AD86010');
INSERT INTO "bodies" VALUES(7,'2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35',55,'zstd-dict','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',X'28B52FFD2037050100907B226E756D626572374F662063656C6C732E04005AFDCB034C28AAEFAD930B');
INSERT INTO "bodies" VALUES(8,'852d98260e8e40a96ee715560214c5dfc2a7705f45f7013f7e26f6e1e08358a3',52,'zstd',NULL,X'28B52FFD2034A101007B2274657874223A20225468652066696C65206F6E2065786F736F6D65732E222C20227469746C65223A20224C6574746572227D');
INSERT INTO "bodies" VALUES(9,'5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07',2164,'zstd-dict','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',X'28B52FFD607407CD0000684974206D7573742073746F702E02007780DF3F410D3E0C02');
INSERT INTO "bodies" VALUES(10,'ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596',53,'zstd-dict','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',X'28B52FFD2035D50000704F662063656C6C7320616E64732E0300583FAE0249356C1008');
INSERT INTO "bodies" VALUES(11,'86fd935e57a668e7f300f1417d28df4bef1b71cfd405bfbf6bdb521a006b6ec4',34,'zstd-dict','b7d88d29c7f6a17f7388dd3c2fdadce723a97b6749eb6d3e91a310fc6c114c14',X'28B52FFD20228D000048616E6F746865722063020020E3F66610');
INSERT INTO "bodies" VALUES(12,'54ba48f3cf0b40497076731ad5be32867a5b948528f84e05b817cff19fb3048e',16,'zstd-dict','d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09',X'28B52FFD2010810000616E6F7468657220726F77206F662063');
CREATE TABLE captures (
    id integer primary key,
    visit integer not null references visits (id),
    document integer references documents (ref),
    part text not null,
    url integer not null references urls (id),
    moment text not null,
    body text not null references bodies (sha256),
    content_type text not null,
    origin text not null
) strict;
INSERT INTO "captures" VALUES(1,1,NULL,'list',1,'2025-08-01T08:00:00.000000Z','b7d88d29c7f6a17f7388dd3c2fdadce723a97b6749eb6d3e91a310fc6c114c14','application/json','live');
INSERT INTO "captures" VALUES(2,1,1,'entry',2,'2025-08-01T08:00:00.000000Z','d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09','application/json','live');
INSERT INTO "captures" VALUES(3,1,2,'entry',3,'2025-08-01T08:00:00.000000Z','8974ceb6bb9f84dcc7c4adedee51c586a252a6e75c946c40da5e8de479befb5a','application/json','live');
INSERT INTO "captures" VALUES(4,1,3,'entry',4,'2025-08-01T08:00:00.000000Z','85c385bc5403ec089c7a79ceb6251f1948e27a86d54eea713f7838412b938b9e','application/json','live');
INSERT INTO "captures" VALUES(5,2,1,'page',2,'2025-08-01T08:00:00.000000Z','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12','application/json','live');
INSERT INTO "captures" VALUES(6,3,2,'page',3,'2025-08-01T08:00:00.000000Z','5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150','application/json','live');
INSERT INTO "captures" VALUES(7,4,3,'page',4,'2025-08-01T08:00:00.000000Z','2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35','application/json','live');
INSERT INTO "captures" VALUES(8,5,2,'file',3,'2025-08-01T08:00:00.000000Z','852d98260e8e40a96ee715560214c5dfc2a7705f45f7013f7e26f6e1e08358a3','application/json','live');
INSERT INTO "captures" VALUES(9,6,1,'page',2,'2025-08-02T08:00:00.000000Z','5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07','application/json','live');
INSERT INTO "captures" VALUES(10,7,3,'page',4,'2025-08-02T08:00:00.000000Z','ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596','application/json','live');
INSERT INTO "captures" VALUES(11,9,NULL,'list',1,'2025-08-04T08:00:00.000000Z','86fd935e57a668e7f300f1417d28df4bef1b71cfd405bfbf6bdb521a006b6ec4','application/json','live');
INSERT INTO "captures" VALUES(12,9,3,'entry',4,'2025-08-04T08:00:00.000000Z','54ba48f3cf0b40497076731ad5be32867a5b948528f84e05b817cff19fb3048e','application/json','live');
CREATE TABLE chain (
    seq integer primary key,
    fact text not null,
    row integer not null,
    hash blob not null
) strict;
INSERT INTO "chain" VALUES(1,'crawls',1,X'6A785BE5AD4E0B820F8AB3F10484E8E33958D7C1A0445792B6803E3519DC350D');
INSERT INTO "chain" VALUES(2,'urls',1,X'32AFF466EF27352C2A97E0785A1DC3C6EF7739778A0103C01EB389049322BC10');
INSERT INTO "chain" VALUES(3,'targets',1,X'6B5808C52C6C4185858E33DE6C051A6DC9C9F353E786582F3F0A0CB6E45BDFDE');
INSERT INTO "chain" VALUES(4,'bodies',1,X'E5D37D0B39FEE80C0574CDB376D770D428EF3038F25166B6880532F29BC3897B');
INSERT INTO "chain" VALUES(5,'visits',1,X'293810DBF6C969D3E680D950E6C1A76B24F51D62F7E7B6614E4180379241ACFC');
INSERT INTO "chain" VALUES(6,'captures',1,X'73244654F18436FD5E080609CC08E52074EECCECB80552640873EC899652EDEA');
INSERT INTO "chain" VALUES(7,'urls',2,X'A6D7E5EB6CD97CF0CC610B3389F34CCC33B99F5ED6CDE2813BF9DB88E03C6D2B');
INSERT INTO "chain" VALUES(8,'documents',1,X'63D469037F776FC18975C5747B8992BEE7FBA75DFD13CA3FAA25C03D47ECDE5B');
INSERT INTO "chain" VALUES(9,'bodies',2,X'32EF30DD6AB8AEC6D4C08F2AF23135E157537AE6DAB420915C090D68FF76006B');
INSERT INTO "chain" VALUES(10,'captures',2,X'3B5B164264E80D769492E451935696AD9F8847BD6DAA96C51FD2B58EC5E07BD7');
INSERT INTO "chain" VALUES(11,'urls',3,X'9C9A6AA74634203BAC1B8BE932B08237F8559358C21366D96098FFDCBDFA3D4B');
INSERT INTO "chain" VALUES(12,'documents',2,X'473944C498984D7B562C92581615FB7B889333499C86F06A4399193BFD90BFF3');
INSERT INTO "chain" VALUES(13,'bodies',3,X'126C9FBDB88E806A455CE4459DB3058D72E8EF59DAB1691BC82332784F2B722D');
INSERT INTO "chain" VALUES(14,'captures',3,X'45F78B667DB766D19B382AFE09CABD3C8C35F37000E5276F1A75D279DDC26605');
INSERT INTO "chain" VALUES(15,'urls',4,X'A0B13B2EA06EAA35817BE05E7924F8A4538B39685F17C308D41DF9336B9EA0C4');
INSERT INTO "chain" VALUES(16,'documents',3,X'D949D5D18CA53E8121A59D5F0A7A4842429B1476DD3FCF31F7FB606725095593');
INSERT INTO "chain" VALUES(17,'bodies',4,X'C0FD9B6E15E4FE56717F2F2A7FC999D1C0046EF9AC8D778EC1D0B27831F843A0');
INSERT INTO "chain" VALUES(18,'captures',4,X'077F98CDE4645980CB48F28C2E163B5E14848377A44157E72A3A4DCDDE5814DE');
INSERT INTO "chain" VALUES(19,'list_sightings',1,X'663ACD13CC2FCDC2AAC53F1DDD948AE2D39051412244E11055A0178CA29F8546');
INSERT INTO "chain" VALUES(20,'targets',2,X'C63F9080567C4B275C8AC5E71AE39320D57BD974A917FA9BB3A2344F6B29B5BC');
INSERT INTO "chain" VALUES(21,'bodies',5,X'06017751C1DEF84589E9C6189EB88EB1E2F51031345A03A681ECA2EB216F6F2E');
INSERT INTO "chain" VALUES(22,'visits',2,X'00784AE678A5756199509FE36C5A3E84980191183228A508F3764AB689CDE179');
INSERT INTO "chain" VALUES(23,'captures',5,X'7A1A4A165686AB2B92C7B08345745F662DABA1DE93711268061AA2395E2F3440');
INSERT INTO "chain" VALUES(24,'document_urls',2,X'7369305C6F2ED4F87DFFD1DBD4F90EC6F253A461D6765886F70B51680FD29C49');
INSERT INTO "chain" VALUES(25,'targets',3,X'9B299DAF1A6B6FAD9DC9E7781E78ED5AAB46E2F47B9232D7A8610FE1F7220F7A');
INSERT INTO "chain" VALUES(26,'bodies',6,X'DC706CB52C8263E30EC014680AA7ACCE9CFD359344849F986D3F4411744E4A16');
INSERT INTO "chain" VALUES(27,'visits',3,X'3F1981CEDDE132997AB7DD8C91A7EEF8B5DF87E2B713855B20B932CA0942704E');
INSERT INTO "chain" VALUES(28,'captures',6,X'CD703C937BC961945526BE104BC393134D956E1D34DC4A0ACA3CE063DA5ED4FD');
INSERT INTO "chain" VALUES(29,'document_urls',3,X'C3C9E448573491D09CA92FBD9E42DE0F6F43B67A95B7AAB4C0B4C07C7E609956');
INSERT INTO "chain" VALUES(30,'targets',4,X'73D81615D4909AA004AD0AA114DA33C3BFFAEFF42FEE5EA0A04ACAE4635E059C');
INSERT INTO "chain" VALUES(31,'bodies',7,X'A2B8313724855302D1640B94351BCA7DF7BDB417C33BF86CDA12EEF264FE0D04');
INSERT INTO "chain" VALUES(32,'visits',4,X'C582B9337FDEAC7071D67F2ECBCD2566884FEE958AB90A96FA5D59314234E89E');
INSERT INTO "chain" VALUES(33,'captures',7,X'582644EFD50958AE97476DCD41F7A903115C1BE7D2727979BB447A90433F8CD1');
INSERT INTO "chain" VALUES(34,'document_urls',4,X'FD488EC61A16CA500CDCFEBD077D71123B2C61F241EE6C09CD51912B9F4B1AF7');
INSERT INTO "chain" VALUES(35,'targets',5,X'99B6C8F834DD3BB1D665DB02BE37121101DB4055EFB1F9FF394533870E370ABB');
INSERT INTO "chain" VALUES(36,'bodies',8,X'1A718F06B59DFA900B190DD95694C33B0602D116E24FB7CBE8127733466776D8');
INSERT INTO "chain" VALUES(37,'visits',5,X'48319012D858D7CEB66DB40B6ED66A65ADE42D8FF88D18DDF15A4169E8F7A347');
INSERT INTO "chain" VALUES(38,'captures',8,X'87FEBD73D3B9D7990D9BDBC8F473CF6C72B70BBDF0DC5545011FE4F44F2AC950');
INSERT INTO "chain" VALUES(39,'document_urls',5,X'DCB97940C807EE8ACBF5F027538836E937922F00F136D69748904B0399CEC6AF');
INSERT INTO "chain" VALUES(40,'crawl_ends',1,X'1CCBE7969C09F3FB58F6D692CBB67DFA55FFF7FD69EC322DED19D147CC1A4F0F');
INSERT INTO "chain" VALUES(41,'crawls',2,X'E52C2A7BDBC86D5B86FC4FBD5479576A4961C915BAF025374E57F462AAC0134E');
INSERT INTO "chain" VALUES(42,'targets',6,X'D800A57ADD6E9113B0C54CCAF5C5F376B2C5BD9F14D89E40B864B62FA71F4B6A');
INSERT INTO "chain" VALUES(43,'bodies',9,X'CCD4A89A0492C874113B6C2FA2A04F445E3674D1211C62390A9574927C1DC5FD');
INSERT INTO "chain" VALUES(44,'visits',6,X'361F88152B0F9F91B8A714F2A14D76893DE266E22DE74F40D4495000EA82DB25');
INSERT INTO "chain" VALUES(45,'captures',9,X'9BB77CC7F7E74B1B18139E4D0F11B85B1187B6B37AEAA32784ECB9C73D5D3F17');
INSERT INTO "chain" VALUES(46,'targets',7,X'5CAF4B7F9F2E08FC628E647F2BD5E15F17CE977185E60FBE5CF3FC8161A9878F');
INSERT INTO "chain" VALUES(47,'bodies',10,X'F170719AEA063A6D5C5A80ECA563E41F931B4E5BD9E598274A2CBF46872164B4');
INSERT INTO "chain" VALUES(48,'visits',7,X'51FE40C7B35CADBD842FED9DACBAF67AF4933053324BD01A0B5C807286FDFB2B');
INSERT INTO "chain" VALUES(49,'captures',10,X'0A5357C981B044872F02EE2CF3B6381F318B1CF82B255107DC633F437680E0DF');
INSERT INTO "chain" VALUES(50,'targets',8,X'3CAE102A4BB25A87992B8334EDF99BB9E5055AA16D0063EAA2BB9C1056FE1C45');
INSERT INTO "chain" VALUES(51,'visits',8,X'D47B0D1565132133308F5061EA6EEDDB32118313DC4F8ACD70283A6B850FB3CD');
INSERT INTO "chain" VALUES(52,'crawl_ends',2,X'3CFD07CFBE83D4D5D2AC793D5EB3155D8DEEE4B20F41A293622AC661E48A3029');
INSERT INTO "chain" VALUES(53,'crawls',3,X'5001118B7B5D87A50E0AB3D95F863DF606E9139BE79FEBE7C57352AA8C898838');
INSERT INTO "chain" VALUES(54,'targets',9,X'637DCECEE053056B8BA2D648411EF4A44D44F2C52FABB2A2B1F2A8F49BB1307F');
INSERT INTO "chain" VALUES(55,'bodies',11,X'366DC53518F9D9E19D2B4C143C8A7B2F857B286D8A839F354904C9FF692A6BBC');
INSERT INTO "chain" VALUES(56,'visits',9,X'D9AA3456EF7ECF6EA4D7399ECC1D5273C49E3452FF7177E52094DAE579747E31');
INSERT INTO "chain" VALUES(57,'captures',11,X'77529C44D7698F9C27001C8D74037787221E89E31409C0E3738D6C47167A6F03');
INSERT INTO "chain" VALUES(58,'bodies',12,X'A20FB00F7EF72F2E82EE99EA952ACBFAB0B0BE9577FB4C21B90A2B316C89E7F2');
INSERT INTO "chain" VALUES(59,'captures',12,X'26EA41BB4B9D4ED8C647A29B26D291AAF22AFBB5EF0E1D6F3A4859154BB55654');
INSERT INTO "chain" VALUES(60,'list_sightings',9,X'BD3CCA94A3CC4976CCA99E4B876C0224576FA8EBFFCC92C2198EE4F75AE2AF73');
INSERT INTO "chain" VALUES(61,'targets',10,X'64EA6C73614075691C366938D845FC55595CD135B081BCF9F34480F5F9F1833A');
INSERT INTO "chain" VALUES(62,'visits',10,X'F5D860FAC59B6AC7A11DCB5AB660E4AD0C38B7AEC66873614B78A3D985675A85');
INSERT INTO "chain" VALUES(63,'targets',11,X'706C046FCD9357E4E54FA0390F6D8A568176B2E0E279267CAEF011BE66CFE95D');
INSERT INTO "chain" VALUES(64,'visits',11,X'CB7F5771C98131DE199F4B62D742510AA9B23730FCA1F1147DA69433EB2CB38C');
INSERT INTO "chain" VALUES(65,'crawl_ends',3,X'A6AA6D0B56F6DD5637D1E32B32FD2AFB79AADAB7F85BF06D7F4E49FE438B6CCC');
INSERT INTO "chain" VALUES(66,'crawls',4,X'0C9FD76C10C493155938B9A48CAFD5927C5BE8E63B6A8CEEEBFD81AAB619DF1C');
INSERT INTO "chain" VALUES(67,'targets',12,X'C313B91444C612F4DE235533EDCB3CFDCA69A3FE954F27523E2137B8F3020F5F');
INSERT INTO "chain" VALUES(68,'visits',12,X'55E80D98FE7941D8797EFE62945830759A80C611029070C02DCA5651502FC503');
INSERT INTO "chain" VALUES(69,'targets',13,X'64494D45952928246F4AC3FB1EF65730F8E38596A2513C707C12CABB48DB7FCE');
INSERT INTO "chain" VALUES(70,'visits',13,X'B1602DA08A55908A6F2ABFEA963CB9F33A790B4B66FCBBE784062595E1F3B25B');
INSERT INTO "chain" VALUES(71,'crawl_issues',1,X'4B8693826BBEB0A37A9AEDED2CFC681E774FE485F091CDC22B5360132DC08A3D');
INSERT INTO "chain" VALUES(72,'crawl_ends',4,X'891CB4F73CFE5ACDED4302B035CDA53ECFD23D5F5B3991F3B2CCBC4AECC9028E');
INSERT INTO "chain" VALUES(73,'list_readings',1,X'5C78CE09F68412ED4BDFDBA5464C32D4EF659C0B6875CDAF4BB854533D663269');
INSERT INTO "chain" VALUES(74,'tombstones',1,X'E45BECFDA839BC853D8F9010EE53FFF90E5A928FCCEAA12676938356BFDDD163');
INSERT INTO "chain" VALUES(75,'mutes',1,X'80576BA129566E28CEF77869D10E25D2F38373FC0FD05F7BBC08187D6720394C');
INSERT INTO "chain" VALUES(76,'watches',1,X'5CBC1723287D3D5CC86822913479F29492F9D2C5E99BAC5EE20D9FAAF1DDF310');
INSERT INTO "chain" VALUES(77,'acceptances',1,X'483976D575F451A9BEE6DD2110CC0625B374471105C7C06334D360EF2A410D8C');
CREATE TABLE changes (
    id text primary key,
    document integer not null references documents (ref),
    position integer not null,
    n integer not null,
    kind text not null,
    severity text not null,
    reasons text not null,
    events text not null,
    window_after text,
    window_until text not null,
    before text,
    after text,
    fields text not null,
    words_added integer not null,
    words_removed integer not null,
    mentions_before integer not null,
    mentions_after integer not null
) strict;
INSERT INTO "changes" VALUES('72f28e74c0e40bfd',1,0,1,'new','notable','["a document that is new to the topic"]','[]',NULL,'2025-08-01T08:00:00.000000Z',NULL,'{"n":1,"sha256":"07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12","text_sha256":"78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4","first_seen":"2025-08-01T08:00:00Z"}','[]',0,0,0,40);
INSERT INTO "changes" VALUES('052c799bd8ee232c',1,1,2,'revised','routine','["the text changed"]','[]','2025-08-01T08:00:00.000000Z','2025-08-02T08:00:00.000000Z','{"n":1,"sha256":"07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12","text_sha256":"78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4","last_seen":"2025-08-01T08:00:00Z"}','{"n":2,"sha256":"5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07","text_sha256":"4a323881e46d653a17b8bb22c2245bfdb01ea66f6ad2d488f7d694e47515b652","first_seen":"2025-08-02T08:00:00Z"}','[]',3,0,40,40);
INSERT INTO "changes" VALUES('fcba1ddc33b2dc56',1,2,3,'reverted','notable','["an earlier text is back"]','[]','2025-08-02T08:00:00.000000Z','2025-08-04T08:00:00.000000Z','{"n":2,"sha256":"5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07","text_sha256":"4a323881e46d653a17b8bb22c2245bfdb01ea66f6ad2d488f7d694e47515b652","last_seen":"2025-08-02T08:00:00Z"}','{"n":3,"sha256":"07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12","text_sha256":"78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4","first_seen":"2025-08-04T08:00:00Z"}','[]',0,3,40,40);
INSERT INTO "changes" VALUES('994a89a285e0262e',2,0,1,'new','notable','["a document that is new to the topic"]','[]',NULL,'2025-08-01T08:00:00.000000Z',NULL,'{"n":1,"sha256":"5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150","text_sha256":"25e4146f99ebe393d6c859bd2277edaae06cf6d15836155c2996f96a8a75fcd9","first_seen":"2025-08-01T08:00:00Z"}','[]',0,0,0,2);
INSERT INTO "changes" VALUES('203a0d0a119141f3',2,1,1,'removed','notable','["the document is no longer served"]','[]','2025-08-02T08:00:00.000000Z','2025-08-04T08:00:00.000000Z','{"n":1,"sha256":"5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150","text_sha256":"25e4146f99ebe393d6c859bd2277edaae06cf6d15836155c2996f96a8a75fcd9","last_seen":"2025-08-02T08:00:00Z"}',NULL,'[]',0,0,2,0);
INSERT INTO "changes" VALUES('a08f092922d8f38f',3,0,2,'new','notable','["the topic is mentioned for the first time","a document that is new to the topic"]','[{"name":"first_mention","sentence":"The document was known before; it mentions the topic for the first time now.","before":"","after":""}]','2025-08-01T08:00:00.000000Z','2025-08-02T08:00:00.000000Z','{"n":1,"sha256":"2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35","text_sha256":"f8e6d016e91e3b0a76184158f491ce22afd117468b416f41c1540ba15323b71f","last_seen":"2025-08-01T08:00:00Z"}','{"n":2,"sha256":"ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596","text_sha256":"1a1e55c595536989e1ef5bdcdd67d272ea47411fc0f081527b5ef670265f7f02","first_seen":"2025-08-02T08:00:00Z"}','[]',0,0,0,1);
CREATE TABLE contents (
    id integer primary key,
    hash text not null unique,
    alike text not null,
    text_key text not null,
    text_sha256 text not null,
    title text not null,
    language text not null,
    fields text not null,
    length integer not null,
    row_blocks integer not null,
    stamps text not null,
    statements text not null,
    dictionary text references bodies (sha256),
    blocks blob not null
) strict;
INSERT INTO "contents" VALUES(1,'8648c7125f2c27296946119c6b6bf80584c78ea56084da2db31874e4a69b35e7','9ea1f30925b4169675c6f891b928f09f5e0a3ea45ec856a50153ec25e41d5012','f795d887ef8446f4e0c886ffedb8cd5cbc6e49094a7561662f1a1ca695545b0f','78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4','Letter','en','{}',2120,0,'{}','["","","",""]','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12',X'28B52FFD604A077500001070300200F560F583A66A2B8105');
INSERT INTO "contents" VALUES(2,'b6c49fdc1e1bf08b56e13a6e09055bea481f7ee7ee43c38898f097c56d7d8bb2','a5f49c98706618e8bded9a5144d467fa1b7ff47d2e20442c32fd5ecf22b07121','4a323881e46d653a17b8bb22c2245bfdb01ea66f6ad2d488f7d694e47515b652','4a323881e46d653a17b8bb22c2245bfdb01ea66f6ad2d488f7d694e47515b652','Letter','en','{}',2133,0,'{}','["","","",""]','5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07',X'28B52FFD6057078D000010703003006F8007D483D50F9ADEAD0416');
INSERT INTO "contents" VALUES(3,'e7ca3041b9c0081b6d241170d600ef1e0973eeb0e544aed95aa2a630bed2e6c5','e3c03d98cefe62a74f0785f430515bff977560d045751f59878902c80ca9992a','ee30cfd9468d2f35f5970338a9048dcb4ffa09da48bea5154190f75ddd22afee','10a11b3403d59ae9260fd384823c3eb37779ac581326378cef34245b0b63c44d','Letter','en','{}',27,1,'{}','["","","",""]','5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150',X'28B52FFD20219500004068320A70300A7230031005B9189A47B6B0');
INSERT INTO "contents" VALUES(4,'cfe5d99db384f3246c864847cf5d4a1c4873f4c26b09bc02b46a18645714be82','57f83ab9ac6f95b1d94a0df03fbd952090ed66c7bf90003aacc7897302256f5e','ed98db2ae36cd00ba0cf5081c0307a2822658e0484ab924805211e542ecc1d1c','ed98db2ae36cd00ba0cf5081c0307a2822658e0484ab924805211e542ecc1d1c','Letter','en','{}',21,0,'{}','["","","",""]','852d98260e8e40a96ee715560214c5dfc2a7705f45f7013f7e26f6e1e08358a3',X'28B52FFD20174500001070300100EF5358');
INSERT INTO "contents" VALUES(5,'128c5055503557312a9899b0015e606c1a6e0d71d619a1629992e180a9f0df33','18c1a872c7e8e1a519617dbccd2675e13939d339d0a032f0377c3dec0d92e413','f8e6d016e91e3b0a76184158f491ce22afd117468b416f41c1540ba15323b71f','f8e6d016e91e3b0a76184158f491ce22afd117468b416f41c1540ba15323b71f','Letter','en','{}',9,0,'{}','["7","","",""]','2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35',X'28B52FFD200B4500001070300100A35058');
INSERT INTO "contents" VALUES(6,'c0a263587a42415efcca8ef0992c370d6933eb07a92096053a666a0254d02e6f','635d71282de80e868c9c58f255bece92607d66b475bf1bb645e55ba9d94e4b47','1a1e55c595536989e1ef5bdcdd67d272ea47411fc0f081527b5ef670265f7f02','1a1e55c595536989e1ef5bdcdd67d272ea47411fc0f081527b5ef670265f7f02','Letter','en','{}',22,0,'{}','["","","",""]','ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596',X'28B52FFD20184500001070300100505158');
CREATE TABLE crawl_ends (
    crawl integer primary key references crawls (id),
    finished text not null,
    reason text not null,
    declared integer,
    documents_new integer not null,
    documents_followed integer not null,
    versions_new integer not null,
    changes_new integer not null
) strict;
INSERT INTO "crawl_ends" VALUES(1,'2025-08-10T08:00:00.000000Z','finished',NULL,3,2,3,2);
INSERT INTO "crawl_ends" VALUES(2,'2025-08-10T08:00:00.000000Z','finished',NULL,0,3,2,2);
INSERT INTO "crawl_ends" VALUES(3,'2025-08-10T08:00:00.000000Z','finished',NULL,0,3,1,1);
INSERT INTO "crawl_ends" VALUES(4,'2025-08-10T08:00:00.000000Z','finished',NULL,0,3,0,1);
CREATE TABLE crawl_issues (
    id integer primary key,
    crawl integer not null references crawls (id),
    kind text not null,
    url text not null,
    message text not null
) strict;
INSERT INTO "crawl_issues" VALUES(1,4,'layout','https://regulator.example/b','no heading');
CREATE TABLE crawls (
    id integer primary key,
    source text not null,
    origin text not null check (origin in ('live', 'wayback', 'warc', 'import')),
    started text not null,
    program text not null,
    options text not null
) strict;
INSERT INTO "crawls" VALUES(1,'letters','live','2025-08-10T08:00:00.000000Z','','');
INSERT INTO "crawls" VALUES(2,'letters','live','2025-08-10T08:00:00.000000Z','','');
INSERT INTO "crawls" VALUES(3,'letters','live','2025-08-10T08:00:00.000000Z','','');
INSERT INTO "crawls" VALUES(4,'letters','live','2025-08-10T08:00:00.000000Z','','');
CREATE TABLE derivation (
    key text primary key,
    value text not null
) strict;
INSERT INTO "derivation" VALUES('dictionary:letters:list:1','b7d88d29c7f6a17f7388dd3c2fdadce723a97b6749eb6d3e91a310fc6c114c14');
INSERT INTO "derivation" VALUES('dictionary:letters:entry:0','d4a6e4fbbb135e733b65b32f64c2f9b9898b1fae03fa5bc04f74f291d7022e09');
INSERT INTO "derivation" VALUES('dictionary:letters:page:0','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12');
INSERT INTO "derivation" VALUES('dictionary:letters:file:0','852d98260e8e40a96ee715560214c5dfc2a7705f45f7013f7e26f6e1e08358a3');
INSERT INTO "derivation" VALUES('settled:1','');
INSERT INTO "derivation" VALUES('settled:2','');
INSERT INTO "derivation" VALUES('settled:3','');
INSERT INTO "derivation" VALUES('settled:4','');
CREATE TABLE document_urls (
    document integer not null references documents (ref),
    part text not null,
    url integer not null references urls (id),
    visit integer not null references visits (id),
    primary key (document, part, url)
) strict, without rowid;
INSERT INTO "document_urls" VALUES(1,'page',2,2);
INSERT INTO "document_urls" VALUES(2,'file',3,5);
INSERT INTO "document_urls" VALUES(2,'page',3,3);
INSERT INTO "document_urls" VALUES(3,'page',4,4);
CREATE TABLE documents (
    ref integer primary key,
    id text not null unique,
    source text not null,
    key text not null,
    first_url integer not null references urls (id),
    net text not null
) strict;
INSERT INTO "documents" VALUES(1,'letters:a','letters','a',2,'list');
INSERT INTO "documents" VALUES(2,'letters:b','letters','b',3,'list');
INSERT INTO "documents" VALUES(3,'letters:c','letters','c',4,'list');
CREATE TABLE doubts (
    visit integer primary key references visits (id),
    reason text not null
) strict;
CREATE TABLE list_beliefs (
    crawl integer primary key references crawls (id)
) strict;
INSERT INTO "list_beliefs" VALUES(1);
CREATE TABLE list_readings (
    crawl integer primary key references crawls (id),
    moment text not null,
    complete integer not null check (complete in (0, 1)),
    rows integer not null,
    declared integer
) strict;
INSERT INTO "list_readings" VALUES(1,'2025-08-01T08:00:00.000000Z',1,3,3);
CREATE TABLE list_sightings (
    document integer not null references documents (ref),
    visit integer not null references visits (id),
    capture integer not null references captures (id),
    primary key (document, visit)
) strict, without rowid;
INSERT INTO "list_sightings" VALUES(1,1,2);
INSERT INTO "list_sightings" VALUES(1,9,2);
INSERT INTO "list_sightings" VALUES(2,1,3);
INSERT INTO "list_sightings" VALUES(2,9,3);
INSERT INTO "list_sightings" VALUES(3,1,4);
INSERT INTO "list_sightings" VALUES(3,9,12);
CREATE TABLE mentions (
    document integer not null references documents (ref),
    n integer not null,
    position integer not null,
    topic text not null,
    section text not null,
    sentence text not null,
    variant text not null,
    block integer not null,
    start integer not null,
    primary key (document, n, position)
) strict, without rowid;
INSERT INTO "mentions" VALUES(1,1,0,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,15);
INSERT INTO "mentions" VALUES(1,1,1,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,68);
INSERT INTO "mentions" VALUES(1,1,2,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,121);
INSERT INTO "mentions" VALUES(1,1,3,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,174);
INSERT INTO "mentions" VALUES(1,1,4,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,227);
INSERT INTO "mentions" VALUES(1,1,5,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,280);
INSERT INTO "mentions" VALUES(1,1,6,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,333);
INSERT INTO "mentions" VALUES(1,1,7,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,386);
INSERT INTO "mentions" VALUES(1,1,8,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,439);
INSERT INTO "mentions" VALUES(1,1,9,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,492);
INSERT INTO "mentions" VALUES(1,1,10,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,545);
INSERT INTO "mentions" VALUES(1,1,11,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,598);
INSERT INTO "mentions" VALUES(1,1,12,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,651);
INSERT INTO "mentions" VALUES(1,1,13,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,704);
INSERT INTO "mentions" VALUES(1,1,14,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,757);
INSERT INTO "mentions" VALUES(1,1,15,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,810);
INSERT INTO "mentions" VALUES(1,1,16,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,863);
INSERT INTO "mentions" VALUES(1,1,17,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,916);
INSERT INTO "mentions" VALUES(1,1,18,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,969);
INSERT INTO "mentions" VALUES(1,1,19,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1022);
INSERT INTO "mentions" VALUES(1,1,20,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1075);
INSERT INTO "mentions" VALUES(1,1,21,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1128);
INSERT INTO "mentions" VALUES(1,1,22,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1181);
INSERT INTO "mentions" VALUES(1,1,23,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1234);
INSERT INTO "mentions" VALUES(1,1,24,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1287);
INSERT INTO "mentions" VALUES(1,1,25,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1340);
INSERT INTO "mentions" VALUES(1,1,26,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1393);
INSERT INTO "mentions" VALUES(1,1,27,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1446);
INSERT INTO "mentions" VALUES(1,1,28,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1499);
INSERT INTO "mentions" VALUES(1,1,29,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1552);
INSERT INTO "mentions" VALUES(1,1,30,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1605);
INSERT INTO "mentions" VALUES(1,1,31,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1658);
INSERT INTO "mentions" VALUES(1,1,32,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1711);
INSERT INTO "mentions" VALUES(1,1,33,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1764);
INSERT INTO "mentions" VALUES(1,1,34,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1817);
INSERT INTO "mentions" VALUES(1,1,35,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1870);
INSERT INTO "mentions" VALUES(1,1,36,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1923);
INSERT INTO "mentions" VALUES(1,1,37,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1976);
INSERT INTO "mentions" VALUES(1,1,38,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2029);
INSERT INTO "mentions" VALUES(1,1,39,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2082);
INSERT INTO "mentions" VALUES(1,2,0,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,15);
INSERT INTO "mentions" VALUES(1,2,1,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,68);
INSERT INTO "mentions" VALUES(1,2,2,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,121);
INSERT INTO "mentions" VALUES(1,2,3,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,174);
INSERT INTO "mentions" VALUES(1,2,4,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,227);
INSERT INTO "mentions" VALUES(1,2,5,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,280);
INSERT INTO "mentions" VALUES(1,2,6,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,333);
INSERT INTO "mentions" VALUES(1,2,7,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,386);
INSERT INTO "mentions" VALUES(1,2,8,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,439);
INSERT INTO "mentions" VALUES(1,2,9,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,492);
INSERT INTO "mentions" VALUES(1,2,10,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,545);
INSERT INTO "mentions" VALUES(1,2,11,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,598);
INSERT INTO "mentions" VALUES(1,2,12,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,651);
INSERT INTO "mentions" VALUES(1,2,13,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,704);
INSERT INTO "mentions" VALUES(1,2,14,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,757);
INSERT INTO "mentions" VALUES(1,2,15,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,810);
INSERT INTO "mentions" VALUES(1,2,16,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,863);
INSERT INTO "mentions" VALUES(1,2,17,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,916);
INSERT INTO "mentions" VALUES(1,2,18,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,969);
INSERT INTO "mentions" VALUES(1,2,19,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1022);
INSERT INTO "mentions" VALUES(1,2,20,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1075);
INSERT INTO "mentions" VALUES(1,2,21,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1128);
INSERT INTO "mentions" VALUES(1,2,22,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1181);
INSERT INTO "mentions" VALUES(1,2,23,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1234);
INSERT INTO "mentions" VALUES(1,2,24,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1287);
INSERT INTO "mentions" VALUES(1,2,25,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1340);
INSERT INTO "mentions" VALUES(1,2,26,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1393);
INSERT INTO "mentions" VALUES(1,2,27,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1446);
INSERT INTO "mentions" VALUES(1,2,28,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1499);
INSERT INTO "mentions" VALUES(1,2,29,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1552);
INSERT INTO "mentions" VALUES(1,2,30,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1605);
INSERT INTO "mentions" VALUES(1,2,31,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1658);
INSERT INTO "mentions" VALUES(1,2,32,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1711);
INSERT INTO "mentions" VALUES(1,2,33,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1764);
INSERT INTO "mentions" VALUES(1,2,34,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1817);
INSERT INTO "mentions" VALUES(1,2,35,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1870);
INSERT INTO "mentions" VALUES(1,2,36,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1923);
INSERT INTO "mentions" VALUES(1,2,37,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1976);
INSERT INTO "mentions" VALUES(1,2,38,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2029);
INSERT INTO "mentions" VALUES(1,2,39,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2082);
INSERT INTO "mentions" VALUES(1,3,0,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,15);
INSERT INTO "mentions" VALUES(1,3,1,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,68);
INSERT INTO "mentions" VALUES(1,3,2,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,121);
INSERT INTO "mentions" VALUES(1,3,3,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,174);
INSERT INTO "mentions" VALUES(1,3,4,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,227);
INSERT INTO "mentions" VALUES(1,3,5,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,280);
INSERT INTO "mentions" VALUES(1,3,6,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,333);
INSERT INTO "mentions" VALUES(1,3,7,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,386);
INSERT INTO "mentions" VALUES(1,3,8,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,439);
INSERT INTO "mentions" VALUES(1,3,9,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,492);
INSERT INTO "mentions" VALUES(1,3,10,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,545);
INSERT INTO "mentions" VALUES(1,3,11,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,598);
INSERT INTO "mentions" VALUES(1,3,12,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,651);
INSERT INTO "mentions" VALUES(1,3,13,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,704);
INSERT INTO "mentions" VALUES(1,3,14,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,757);
INSERT INTO "mentions" VALUES(1,3,15,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,810);
INSERT INTO "mentions" VALUES(1,3,16,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,863);
INSERT INTO "mentions" VALUES(1,3,17,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,916);
INSERT INTO "mentions" VALUES(1,3,18,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,969);
INSERT INTO "mentions" VALUES(1,3,19,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1022);
INSERT INTO "mentions" VALUES(1,3,20,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1075);
INSERT INTO "mentions" VALUES(1,3,21,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1128);
INSERT INTO "mentions" VALUES(1,3,22,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1181);
INSERT INTO "mentions" VALUES(1,3,23,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1234);
INSERT INTO "mentions" VALUES(1,3,24,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1287);
INSERT INTO "mentions" VALUES(1,3,25,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1340);
INSERT INTO "mentions" VALUES(1,3,26,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1393);
INSERT INTO "mentions" VALUES(1,3,27,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1446);
INSERT INTO "mentions" VALUES(1,3,28,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1499);
INSERT INTO "mentions" VALUES(1,3,29,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1552);
INSERT INTO "mentions" VALUES(1,3,30,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1605);
INSERT INTO "mentions" VALUES(1,3,31,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1658);
INSERT INTO "mentions" VALUES(1,3,32,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1711);
INSERT INTO "mentions" VALUES(1,3,33,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1764);
INSERT INTO "mentions" VALUES(1,3,34,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1817);
INSERT INTO "mentions" VALUES(1,3,35,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1870);
INSERT INTO "mentions" VALUES(1,3,36,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1923);
INSERT INTO "mentions" VALUES(1,3,37,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,1976);
INSERT INTO "mentions" VALUES(1,3,38,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2029);
INSERT INTO "mentions" VALUES(1,3,39,'exosomes','','The firm makes exosome products from donated tissue.','exosome',0,2082);
INSERT INTO "mentions" VALUES(2,1,0,'exosomes','Head','Of exosomes.','exosomes',1,3);
INSERT INTO "mentions" VALUES(2,1,1,'exosomes','Head','The file on exosomes.','exosomes',3,12);
INSERT INTO "mentions" VALUES(3,2,0,'exosomes','','Of cells and exosomes.','exosomes',0,13);
CREATE TABLE mutes (
    id integer primary key,
    document integer not null references documents (ref),
    at text not null,
    muted integer not null check (muted in (0, 1)),
    by text not null,
    reason text not null
) strict;
INSERT INTO "mutes" VALUES(1,3,'2025-08-10T08:00:00.000000Z',1,'Kim','not our trade');
CREATE TABLE readings (
    capture integer primary key references captures (id),
    content integer references contents (id),
    stamps text,
    statements text,
    problem text not null
) strict;
INSERT INTO "readings" VALUES(2,NULL,NULL,NULL,'https://regulator.example/a: no JSON');
INSERT INTO "readings" VALUES(3,NULL,NULL,NULL,'https://regulator.example/b: no JSON');
INSERT INTO "readings" VALUES(4,NULL,NULL,NULL,'https://regulator.example/c: no JSON');
INSERT INTO "readings" VALUES(5,1,NULL,NULL,'');
INSERT INTO "readings" VALUES(6,3,NULL,NULL,'');
INSERT INTO "readings" VALUES(7,5,NULL,NULL,'');
INSERT INTO "readings" VALUES(8,4,NULL,NULL,'');
INSERT INTO "readings" VALUES(9,2,NULL,NULL,'');
INSERT INTO "readings" VALUES(10,6,NULL,NULL,'');
INSERT INTO "readings" VALUES(12,NULL,NULL,NULL,'https://regulator.example/c: no JSON');
CREATE VIRTUAL TABLE search using fts5 (
    title, number, body, content='', tokenize='unicode61 remove_diacritics 2'
);
INSERT OR REPLACE INTO "search_config" VALUES('version',4);
INSERT OR REPLACE INTO "search_data" VALUES(1,X'030300824D');
INSERT OR REPLACE INTO "search_data" VALUES(10,X'00000000010A0A000A0101010201010301010401010501010601010701010801010901010A0101');
INSERT OR REPLACE INTO "search_data" VALUES(137438953473,X'0000020C0230370306010102010563656C6C7303060102030107646F6E6174656401540102080A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010765786F736F6D6501540102050A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A080173020801020408010466696C6502060102080302726D01540102030A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0203726F6D01540102070A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010468656164020601020201066C657474657201020201020201020201056D616B657301540102040A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01026F660206010203010601020202016E02060102090301650206010205010870726F647563747301540102060A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010374686501540102020A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01060102070205697373756501540102090A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0202776F020601020604080C3535090B30310B11330E0808363633');
INSERT OR REPLACE INTO "search_data" VALUES(274877906945,X'000000580830646F6E617465640101010765786F736F6D65010101046669726D01010203726F6D010101066C6574746572010101056D616B65730101010870726F6475637473010101037468650101020569737375650101040B0B08070A090C07');
INSERT OR REPLACE INTO "search_data" VALUES(412316860417,X'000000220230370301010563656C6C73030101066C6574746572030101026F6603010405090A');
INSERT OR REPLACE INTO "search_data" VALUES(549755813889,X'000001F40430616E640306010204010563656C6C7303060102030107646F6E6174656401540102080A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010765786F736F6D6501540102050A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A080173030601020501046669726D01540102030A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0203726F6D01540102070A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0102697401080102824201066C657474657201020202020201056D616B657301540102040A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A020375737401080102824301026F660306010202010870726F647563747301540102060A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010473746F70010801028244010374686501540102020A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0205697373756501540102090A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A040A0C35350832310A0E330B09360C31');
INSERT OR REPLACE INTO "search_data" VALUES(687194767361,X'0000006D0830646F6E617465640101010765786F736F6D65010101046669726D01010203726F6D010101026974010101066C6574746572010101056D616B6573010102037573740101010870726F64756374730101010473746F70010101037468650101020569737375650101040B0B0807060A09070C0807');
INSERT OR REPLACE INTO "search_data" VALUES(824633720833,X'000001A90830646F6E6174656401540102080A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010765786F736F6D6501540102050A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01046669726D01540102030A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0203726F6D01540102070A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01066C657474657201020201056D616B657301540102040A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010870726F647563747301540102060A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010374686501540102020A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0205697373756501540102090A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A04353532310B333631');
INSERT OR REPLACE INTO "search_data" VALUES(962072674305,X'000000580830646F6E617465640101010765786F736F6D65010101046669726D01010203726F6D010101066C6574746572010101056D616B65730101010870726F6475637473010101037468650101020569737375650101040B0B08070A090C07');
INSERT OR REPLACE INTO "search_data" VALUES(1099511627777,X'00000047093065786F736F6D65730201010466696C650201010468656164020101066C6574746572020101026F66020102016E02010301650201010374686502010202776F0201040C08080A06050507');
INSERT OR REPLACE INTO "search_data" VALUES(1236950581249,X'000000300430616E640301010563656C6C730301010865786F736F6D6573030101066C6574746572030101026F6603010407090C0A');
INSERT OR REPLACE INTO "search_data" VALUES(1374389534721,X'000002130430616E640306010204010563656C6C7303060102030107646F6E6174656401540102080A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010765786F736F6D6501540102050A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0801730208010204080106010205010466696C6502060102080302726D01540102030A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0203726F6D01540102070A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010468656164020601020201066C657474657201020201020201020201056D616B657301540102040A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01026F660206010203010601020202016E02060102090301650206010205010870726F647563747301540102060A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A010374686501540102020A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A01060102070205697373756501540102090A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0202776F0206010206040A0C35350E0B30310B11330E0808363633');
INSERT OR REPLACE INTO "search_docsize" VALUES(1,X'01008240');
INSERT OR REPLACE INTO "search_docsize" VALUES(2,X'010009');
INSERT OR REPLACE INTO "search_docsize" VALUES(3,X'010004');
INSERT OR REPLACE INTO "search_idx" VALUES(1,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(2,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(3,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(4,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(5,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(6,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(7,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(8,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(9,X'',2);
INSERT OR REPLACE INTO "search_idx" VALUES(10,X'',2);
CREATE TABLE standings (
    document integer primary key references documents (ref),
    number text not null,
    url integer not null references urls (id),
    pair text,
    status text not null,
    followed integer not null,
    follow_reason text not null,
    published text,
    published_basis text,
    version_count integer not null,
    first_seen text not null,
    indexed text not null,
    basis blob
) strict;
INSERT INTO "standings" VALUES(1,'',2,NULL,'current',1,'mentions exosomes',NULL,NULL,3,'2025-08-01T08:00:00.000000Z','["Letter","",1]',X'BCD3FFE7ED2B1B8B794E2400F4C943EF4447BAF1373A0E2B85D547A82E4DBD8F');
INSERT INTO "standings" VALUES(2,'',3,NULL,'removed',1,'mentions exosomes',NULL,NULL,1,'2025-08-01T08:00:00.000000Z','["Letter","",3,4]',X'4BA05D4BE58174ED25218CCAA61F56EA8CF44185C296D168069DCD072BB5EE2B');
INSERT INTO "standings" VALUES(3,'',4,NULL,'current',0,'muted by Kim: not our trade',NULL,NULL,2,'2025-08-01T08:00:00.000000Z','["Letter","",6]',X'A24A49C52C8A5CA4667FC93B0ED33011F037B9301D5A172A1B911240454884D0');
CREATE TABLE targets (
    id integer primary key,
    crawl integer not null references crawls (id),
    part text not null check (part in ('entry', 'page', 'file', 'list')),
    url integer not null references urls (id),
    document integer references documents (ref)
) strict;
INSERT INTO "targets" VALUES(1,1,'list',1,NULL);
INSERT INTO "targets" VALUES(2,1,'page',2,1);
INSERT INTO "targets" VALUES(3,1,'page',3,2);
INSERT INTO "targets" VALUES(4,1,'page',4,3);
INSERT INTO "targets" VALUES(5,1,'file',3,2);
INSERT INTO "targets" VALUES(6,2,'page',2,1);
INSERT INTO "targets" VALUES(7,2,'page',4,3);
INSERT INTO "targets" VALUES(8,2,'page',3,2);
INSERT INTO "targets" VALUES(9,3,'list',1,NULL);
INSERT INTO "targets" VALUES(10,3,'page',2,1);
INSERT INTO "targets" VALUES(11,3,'page',3,2);
INSERT INTO "targets" VALUES(12,4,'page',3,2);
INSERT INTO "targets" VALUES(13,4,'page',2,1);
CREATE TABLE template_edits (
    crawl integer not null references crawls (id),
    edit text not null,
    primary key (crawl, edit)
) strict, without rowid;
CREATE TABLE tombstones (
    body text primary key,
    size integer not null,
    at text not null,
    by text not null,
    reason text not null
) strict;
INSERT INTO "tombstones" VALUES('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',7,'2025-08-20T08:00:00.000000Z','Kim','an invented body that is gone');
CREATE TABLE urls (
    id integer primary key,
    url text not null unique
) strict;
INSERT INTO "urls" VALUES(1,'https://regulator.example/letters');
INSERT INTO "urls" VALUES(2,'https://regulator.example/a');
INSERT INTO "urls" VALUES(3,'https://regulator.example/b');
INSERT INTO "urls" VALUES(4,'https://regulator.example/c');
CREATE TABLE version_parts (
    document integer not null references documents (ref),
    n integer not null,
    part text not null,
    capture integer not null references captures (id),
    captured text not null,
    content integer not null references contents (id),
    primary key (document, n, part)
) strict, without rowid;
INSERT INTO "version_parts" VALUES(1,1,'page',5,'2025-08-01T08:00:00.000000Z',1);
INSERT INTO "version_parts" VALUES(1,2,'page',9,'2025-08-02T08:00:00.000000Z',2);
INSERT INTO "version_parts" VALUES(1,3,'page',5,'2025-08-04T08:00:00.000000Z',1);
INSERT INTO "version_parts" VALUES(2,1,'file',8,'2025-08-01T08:00:00.000000Z',4);
INSERT INTO "version_parts" VALUES(2,1,'page',6,'2025-08-01T08:00:00.000000Z',3);
INSERT INTO "version_parts" VALUES(3,1,'page',7,'2025-08-01T08:00:00.000000Z',5);
INSERT INTO "version_parts" VALUES(3,2,'page',10,'2025-08-02T08:00:00.000000Z',6);
CREATE TABLE versions (
    document integer not null references documents (ref),
    n integer not null,
    first_seen text not null,
    last_seen text not null,
    sha256 text not null,
    text_sha256 text not null,
    title text not null,
    language text not null,
    fields text not null,
    origin text not null,
    mentions integer not null,
    topics text not null,
    primary key (document, n)
) strict, without rowid;
INSERT INTO "versions" VALUES(1,1,'2025-08-01T08:00:00.000000Z','2025-08-01T08:00:00.000000Z','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12','78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4','Letter','en','{}','live',40,'["exosomes"]');
INSERT INTO "versions" VALUES(1,2,'2025-08-02T08:00:00.000000Z','2025-08-02T08:00:00.000000Z','5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07','4a323881e46d653a17b8bb22c2245bfdb01ea66f6ad2d488f7d694e47515b652','Letter','en','{}','live',40,'["exosomes"]');
INSERT INTO "versions" VALUES(1,3,'2025-08-04T08:00:00.000000Z','2025-08-06T08:00:00.000000Z','07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12','78677fdc4022945928ad2612f8284bc4925b43fcbed0c978799ba31cf43919e4','Letter','en','{}','live',40,'["exosomes"]');
INSERT INTO "versions" VALUES(2,1,'2025-08-01T08:00:00.000000Z','2025-08-02T08:00:00.000000Z','5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150','25e4146f99ebe393d6c859bd2277edaae06cf6d15836155c2996f96a8a75fcd9','Letter','en','{}','live',2,'["exosomes"]');
INSERT INTO "versions" VALUES(3,1,'2025-08-01T08:00:00.000000Z','2025-08-01T08:00:00.000000Z','2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35','f8e6d016e91e3b0a76184158f491ce22afd117468b416f41c1540ba15323b71f','Letter','en','{}','live',0,'[]');
INSERT INTO "versions" VALUES(3,2,'2025-08-02T08:00:00.000000Z','2025-08-02T08:00:00.000000Z','ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596','1a1e55c595536989e1ef5bdcdd67d272ea47411fc0f081527b5ef670265f7f02','Letter','en','{}','live',1,'["exosomes"]');
CREATE TABLE visits (
    id integer primary key,
    target integer not null unique references targets (id),
    document integer references documents (ref),
    part text not null,
    moment text not null,
    outcome text not null,
    status integer,
    final_url integer references urls (id),
    redirects text,
    headers text,
    message text,
    body text references bodies (sha256)
) strict;
INSERT INTO "visits" VALUES(1,1,NULL,'list','2025-08-01T08:00:00.000000Z','new',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"26\""]]',NULL,'b7d88d29c7f6a17f7388dd3c2fdadce723a97b6749eb6d3e91a310fc6c114c14');
INSERT INTO "visits" VALUES(2,2,1,'page','2025-08-01T08:00:00.000000Z','new',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"2151\""]]',NULL,'07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12');
INSERT INTO "visits" VALUES(3,3,2,'page','2025-08-01T08:00:00.000000Z','new',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"64\""]]',NULL,'5c2459d7cb0ab4291b70797a24dee84bfb8cbcc93b80ed014dea1782fafb0150');
INSERT INTO "visits" VALUES(4,4,3,'page','2025-08-01T08:00:00.000000Z','new',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"55\""]]',NULL,'2a825de97845c41aa8f36a73d395875c0afbeaec5ae72866ba8788ae778dac35');
INSERT INTO "visits" VALUES(5,5,2,'file','2025-08-01T08:00:00.000000Z','new',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"52\""]]',NULL,'852d98260e8e40a96ee715560214c5dfc2a7705f45f7013f7e26f6e1e08358a3');
INSERT INTO "visits" VALUES(6,6,1,'page','2025-08-02T08:00:00.000000Z','changed',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"2164\""]]',NULL,'5d204dc05e82eaef79da917ab24e25aff7c058fa523a4502e9efa0fddbed0a07');
INSERT INTO "visits" VALUES(7,7,3,'page','2025-08-02T08:00:00.000000Z','changed',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"53\""]]',NULL,'ce4d12f0f4f16ddd70e1da0b97df23554e4c86919c2e0e74b052d012dfafe596');
INSERT INTO "visits" VALUES(8,8,2,'page','2025-08-02T08:00:00.000000Z','not_modified_304',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "visits" VALUES(9,9,NULL,'list','2025-08-04T08:00:00.000000Z','changed',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"34\""]]',NULL,'86fd935e57a668e7f300f1417d28df4bef1b71cfd405bfbf6bdb521a006b6ec4');
INSERT INTO "visits" VALUES(10,10,1,'page','2025-08-04T08:00:00.000000Z','unchanged',200,NULL,NULL,'[["Content-Type","application/json"],["ETag","\"2151\""]]',NULL,'07ea71d5bf596f096631eb2a5c9ccb303b456bf6ffb7b8c63ae0ada4dbf48d12');
INSERT INTO "visits" VALUES(11,11,2,'page','2025-08-04T08:00:00.000000Z','gone_404_410',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "visits" VALUES(12,12,2,'page','2025-08-06T08:00:00.000000Z','gone_404_410',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "visits" VALUES(13,13,1,'page','2025-08-06T08:00:00.000000Z','not_modified_304',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE watches (
    id integer primary key,
    url text not null,
    at text not null,
    added integer not null check (added in (0, 1)),
    reason text not null
) strict;
INSERT INTO "watches" VALUES(1,'https://regulator.example/d','2025-08-10T08:00:00.000000Z',1,'our product');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX documents_source on documents (source);
CREATE INDEX documents_first_url on documents (first_url);
CREATE INDEX crawl_issues_crawl on crawl_issues (crawl);
CREATE INDEX targets_crawl on targets (crawl);
CREATE INDEX targets_document on targets (document) where document is not null;
CREATE INDEX visits_document on visits (document) where document is not null;
CREATE INDEX captures_document on captures (document, part);
CREATE INDEX captures_visit on captures (visit);
CREATE INDEX document_urls_url on document_urls (url);
CREATE INDEX list_sightings_visit on list_sightings (visit);
CREATE INDEX mutes_document on mutes (document);
CREATE INDEX changes_document on changes (document);
CREATE INDEX changes_until on changes (window_until);
CREATE INDEX standings_published on standings (published);
CREATE INDEX standings_number on standings (number);
CREATE INDEX standings_followed on standings (followed);
CREATE INDEX aliases_stands_for on aliases (stands_for);
CREATE VIEW v_documents as
select d.id, d.source, s.number, a.url,
    '[' || coalesce((select group_concat(distinct '"' || replace(o.url, '"', '%22') || '"') from document_urls x join urls o on o.id = x.url
        where x.part = 'page'
        and (x.document = d.ref or x.document in (select document from aliases where stands_for = d.ref))), '"' || replace(a.url, '"', '%22') || '"') || ']' as urls,
    (select t.id from urls u join documents t on t.first_url = u.id where u.url = s.pair) as pair,
    v.title, v.language, s.status, s.followed, s.follow_reason, s.published, s.published_basis, v.fields, v.topics,
    v.mentions, s.version_count, replace(s.first_seen, '.000000Z', 'Z') as first_seen,
    replace(v.last_seen, '.000000Z', 'Z') as last_seen
from standings s join documents d on d.ref = s.document join urls a on a.id = s.url
    join versions v on v.document = s.document and v.n = s.version_count;
CREATE VIEW v_versions as
select d.id as document, d.source, s.number, v.n,
    replace(v.first_seen, '.000000Z', 'Z') as first_seen, replace(v.last_seen, '.000000Z', 'Z') as last_seen,
    v.text_sha256, v.sha256, v.origin, v.title, v.language, v.fields, v.topics, v.mentions,
    (select '[' || group_concat('{"part":"' || p.part || '","url":"' || replace(u.url, '"', '%22') || '","sha256":"'
        || k.body || '","captured":"' || replace(p.captured, '.000000Z', 'Z') || '"}') || ']' from version_parts p join captures k on k.id = p.capture
        join urls u on u.id = k.url where p.document = v.document and p.n = v.n) as parts
from versions v join documents d on d.ref = v.document join standings s on s.document = v.document;
CREATE VIEW v_latest as
select v.* from v_versions v join documents d on d.id = v.document join standings s on s.document = d.ref
where v.n = s.version_count;
CREATE VIEW v_changes as
select c.id, d.id as document, s.number, d.source, a.url, v.title, c.kind, c.severity, c.reasons, c.events,
    replace(c.window_after, '.000000Z', 'Z') as window_after, replace(c.window_until, '.000000Z', 'Z') as window_until,
    c.before, c.after, c.fields, c.words_added, c.words_removed, c.mentions_before, c.mentions_after
from changes c join documents d on d.ref = c.document join standings s on s.document = c.document
    join urls a on a.id = s.url
    join versions v on v.document = c.document and v.n = c.n;
CREATE VIEW v_mentions as
select d.id as document, d.source, s.number, m.n, m.topic, m.section, m.sentence, m.variant, m.block,
    m.start as position
from mentions m join documents d on d.ref = m.document join standings s on s.document = m.document;
CREATE VIEW v_crawls as
select c.id as crawl, c.source, c.origin, replace(c.started, '.000000Z', 'Z') as started,
    replace(e.finished, '.000000Z', 'Z') as finished, e.reason, e.declared,
    count(t.id) as listed,
    count(v.id) filter (where v.outcome in ('new', 'changed')
        or (v.outcome in ('parse_suspect', 'extract_empty')
            and exists (select 1 from captures k where k.visit = v.id and k.part = v.part))) as captured,
    count(v.id) filter (where v.outcome in ('unchanged', 'not_modified_304')
        or (v.outcome in ('parse_suspect', 'extract_empty')
            and not exists (select 1 from captures k where k.visit = v.id and k.part = v.part))) as unchanged,
    count(v.id) filter (where v.outcome in ('gone_404_410', 'redirected_off_site', 'blocked', 'soft_error',
        'http_error', 'network_error', 'timeout', 'truncated', 'too_large')) as failed,
    count(t.id) filter (where v.id is null or v.outcome in ('not_due', 'robots_forbidden', 'duplicate_request',
        'not_reached')) as skipped,
    coalesce(e.documents_new, 0) as documents_new, coalesce(e.documents_followed, 0) as documents_followed,
    coalesce(e.versions_new, 0) as versions_new, coalesce(e.changes_new, 0) as changes_new
from crawls c left join crawl_ends e on e.crawl = c.id left join targets t on t.crawl = c.id
    left join visits v on v.target = t.id
group by c.id;
CREATE TRIGGER urls_no_update before update on urls begin
    select raise(abort, 'urls is append-only: facts are never rewritten');
end;
CREATE TRIGGER urls_no_delete before delete on urls  begin
    select raise(abort, 'urls is append-only: facts are never deleted');
end;
CREATE TRIGGER documents_no_update before update on documents begin
    select raise(abort, 'documents is append-only: facts are never rewritten');
end;
CREATE TRIGGER documents_no_delete before delete on documents  begin
    select raise(abort, 'documents is append-only: facts are never deleted');
end;
CREATE TRIGGER crawls_no_update before update on crawls begin
    select raise(abort, 'crawls is append-only: facts are never rewritten');
end;
CREATE TRIGGER crawls_no_delete before delete on crawls  begin
    select raise(abort, 'crawls is append-only: facts are never deleted');
end;
CREATE TRIGGER crawl_ends_no_update before update on crawl_ends begin
    select raise(abort, 'crawl_ends is append-only: facts are never rewritten');
end;
CREATE TRIGGER crawl_ends_no_delete before delete on crawl_ends  begin
    select raise(abort, 'crawl_ends is append-only: facts are never deleted');
end;
CREATE TRIGGER crawl_issues_no_update before update on crawl_issues begin
    select raise(abort, 'crawl_issues is append-only: facts are never rewritten');
end;
CREATE TRIGGER crawl_issues_no_delete before delete on crawl_issues  begin
    select raise(abort, 'crawl_issues is append-only: facts are never deleted');
end;
CREATE TRIGGER targets_no_update before update on targets begin
    select raise(abort, 'targets is append-only: facts are never rewritten');
end;
CREATE TRIGGER targets_no_delete before delete on targets  begin
    select raise(abort, 'targets is append-only: facts are never deleted');
end;
CREATE TRIGGER bodies_no_update before update on bodies begin
    select raise(abort, 'bodies is append-only: facts are never rewritten');
end;
CREATE TRIGGER bodies_no_delete before delete on bodies when not exists (select 1 from tombstones where body = old.sha256) begin
    select raise(abort, 'bodies is append-only: facts are never deleted');
end;
CREATE TRIGGER visits_no_update before update on visits begin
    select raise(abort, 'visits is append-only: facts are never rewritten');
end;
CREATE TRIGGER visits_no_delete before delete on visits  begin
    select raise(abort, 'visits is append-only: facts are never deleted');
end;
CREATE TRIGGER captures_no_update before update on captures begin
    select raise(abort, 'captures is append-only: facts are never rewritten');
end;
CREATE TRIGGER captures_no_delete before delete on captures  begin
    select raise(abort, 'captures is append-only: facts are never deleted');
end;
CREATE TRIGGER document_urls_no_update before update on document_urls begin
    select raise(abort, 'document_urls is append-only: facts are never rewritten');
end;
CREATE TRIGGER document_urls_no_delete before delete on document_urls  begin
    select raise(abort, 'document_urls is append-only: facts are never deleted');
end;
CREATE TRIGGER list_sightings_no_update before update on list_sightings begin
    select raise(abort, 'list_sightings is append-only: facts are never rewritten');
end;
CREATE TRIGGER list_sightings_no_delete before delete on list_sightings  begin
    select raise(abort, 'list_sightings is append-only: facts are never deleted');
end;
CREATE TRIGGER list_readings_no_update before update on list_readings begin
    select raise(abort, 'list_readings is append-only: facts are never rewritten');
end;
CREATE TRIGGER list_readings_no_delete before delete on list_readings  begin
    select raise(abort, 'list_readings is append-only: facts are never deleted');
end;
CREATE TRIGGER acceptances_no_update before update on acceptances begin
    select raise(abort, 'acceptances is append-only: facts are never rewritten');
end;
CREATE TRIGGER acceptances_no_delete before delete on acceptances  begin
    select raise(abort, 'acceptances is append-only: facts are never deleted');
end;
CREATE TRIGGER mutes_no_update before update on mutes begin
    select raise(abort, 'mutes is append-only: facts are never rewritten');
end;
CREATE TRIGGER mutes_no_delete before delete on mutes  begin
    select raise(abort, 'mutes is append-only: facts are never deleted');
end;
CREATE TRIGGER watches_no_update before update on watches begin
    select raise(abort, 'watches is append-only: facts are never rewritten');
end;
CREATE TRIGGER watches_no_delete before delete on watches  begin
    select raise(abort, 'watches is append-only: facts are never deleted');
end;
CREATE TRIGGER tombstones_no_update before update on tombstones begin
    select raise(abort, 'tombstones is append-only: facts are never rewritten');
end;
CREATE TRIGGER tombstones_no_delete before delete on tombstones  begin
    select raise(abort, 'tombstones is append-only: facts are never deleted');
end;
CREATE TRIGGER chain_no_update before update on chain begin
    select raise(abort, 'chain is append-only: facts are never rewritten');
end;
CREATE TRIGGER chain_no_delete before delete on chain  begin
    select raise(abort, 'chain is append-only: facts are never deleted');
end;
COMMIT;
