#include "people/names.h"

namespace polyclinic::people {

const std::vector<Culture>& cultures() {
    static const std::vector<Culture> all{
        {"en", "English",
         {{"Sampleton"}, {"Testwell"}, {"Mockford"}, {"Examplewick"}, {"Dummyworth"}, {"Specimen-Hale"}},
         {{"Olivia"}, {"Grace"}, {"Hannah"}, {"Abigail"}, {"Ruth"}, {"Ivy"}},
         {{"Oliver"}, {"Henry"}, {"Samuel"}, {"Thomas"}, {"Arthur"}, {"Miles"}}},
        {"es", "Spanish",
         {{"Ejemplo"}, {"de la Muestra"}, {"Pruebas"}, {"Ejemplar Ruiz"}, {"Muestrario"}},
         {{"María"}, {"Lucía"}, {"Carmen"}, {"Inés"}, {"Ximena"}},
         {{"José"}, {"Andrés"}, {"Martín"}, {"Íñigo"}, {"Ramón"}}},
        {"de", "German",
         {{"Beispiel"}, {"Probst-Muster"}, {"Musterfräulein"}, {"von Beispielsberg"}, {"Prüfstein"}},
         {{"Jutta"}, {"Anneliese"}, {"Käthe"}, {"Sophie"}, {"Greta"}},
         {{"Jörg"}, {"Günther"}, {"Lukas"}, {"Matthias"}, {"Emil"}}},
        {"fr", "French",
         {{"Exemple"}, {"d'Échantillon"}, {"Lessai"}, {"Spécimen"}, {"de Modèle"}},
         {{"Amélie"}, {"Chloé"}, {"Noëlle"}, {"Inès"}, {"Margaux"}},
         {{"François"}, {"Benoît"}, {"Loïc"}, {"Étienne"}, {"Hugo"}}},
        {"pl", "Polish",
         {{"Przykładowski"}, {"Próbkiewicz"}, {"Wzorcowa-Nowa"}, {"Testowicz"}},
         {{"Małgorzata"}, {"Zofia"}, {"Łucja"}, {"Agnieszka"}},
         {{"Łukasz"}, {"Paweł"}, {"Stanisław"}, {"Michał"}}},
        {"tr", "Turkish",
         {{"Örnek"}, {"Örnekoğlu"}, {"Denemeci"}, {"Numunelioğlu"}},
         {{"Ayşe"}, {"Çiğdem"}, {"İpek"}, {"Gül"}},
         {{"Işık"}, {"Oğuz"}, {"Şükrü"}, {"Emre"}}},
        {"vi", "Vietnamese",
         {{"Mẫu"}, {"Thí Dụ"}, {"Ví Dụ"}, {"Bản Mẫu"}},
         {{"Hương"}, {"Ngọc Ánh"}, {"Thảo"}, {"Yến"}},
         {{"Đức"}, {"Minh Tuấn"}, {"Quốc"}, {"Bảo"}}},
        {"ru", "Russian",
         {{"Примеров", "Primerov"}, {"Образцов", "Obraztsov"}, {"Пробный", "Probnyi"}},
         {{"Ольга", "Olga"}, {"Анна", "Anna"}, {"Людмила", "Lyudmila"}, {"Ксения", "Kseniya"}},
         {{"Пётр", "Pyotr"}, {"Иван", "Ivan"}, {"Юрий", "Yuri"}, {"Фёдор", "Fyodor"}}},
        {"ja", "Japanese",
         {{"見本", "Mihon"}, {"例題", "Reidai"}, {"試野", "Tameshino"}},
         {{"花子", "Hanako"}, {"さくら", "Sakura"}, {"美咲", "Misaki"}},
         {{"太郎", "Taro"}, {"健一", "Kenichi"}, {"翔", "Sho"}}},
        {"ar", "Arabic",
         {{"المثال", "al-Mithal"}, {"النموذجي", "an-Namudhaji"}, {"العيّنة", "al-Ayyina"}},
         {{"ليلى", "Layla"}, {"مريم", "Maryam"}, {"نور", "Nour"}},
         {{"يوسف", "Yusuf"}, {"خالد", "Khalid"}, {"سامي", "Sami"}}},
        {"sw", "Swahili",
         {{"Mfano"}, {"Sampuli"}, {"Kielelezo"}, {"wa Jaribio"}},
         {{"Amani"}, {"Zawadi"}, {"Neema"}, {"Rehema"}},
         {{"Baraka"}, {"Juma"}, {"Jabali"}, {"Tumaini"}}},
        {"hi", "Hindi",
         {{"उदाहरण", "Udaharan"}, {"नमूना", "Namuna"}, {"परीक्षण", "Parikshan"}},
         {{"आशा", "Asha"}, {"मीरा", "Mira"}, {"दीपा", "Deepa"}},
         {{"अर्जुन", "Arjun"}, {"राहुल", "Rahul"}, {"विक्रम", "Vikram"}}},
    };
    return all;
}

}  // namespace polyclinic::people
